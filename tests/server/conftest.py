"""Odoo servers with two HTTP workers, and a marketplace simulator, for plain pytest tests."""

import os
import re
import shlex
import subprocess
import threading

import pytest
from interleaving import database_for_actors
from odoo_server import (
    Marketplace,
    OdooServer,
    at_once,
    base_database,
    database_copy,
    template_database,
)
from packages import build, unzip
from simulated import (
    HOOK,
    KEY,
    SELLER_KEY,
    SELLER_TOKEN,
    TOKEN,
    Simulator,
    hook_config,
)
from stub_seller import Seller


@pytest.fixture(scope="module")
def registry():
    """The registry of a database of its own, for real transactions in this process."""
    with database_for_actors(template_database()) as registry:
        yield registry


@pytest.fixture(scope="session")
def server():
    with database_copy("server") as database, OdooServer(database) as running:
        yield running


@pytest.fixture(scope="session")
def marketplace(server):
    return Marketplace(server)


@pytest.fixture(scope="session")
def hosts(server):
    """Two servers of the same database: four workers in all."""
    with OdooServer(server.database) as second:
        yield server, second


@pytest.fixture(name="at_once", scope="session")
def at_once_fixture():
    return at_once


@pytest.fixture(scope="session")
def packages(tmp_path_factory):
    """Today's packages, by their kind; they are built once."""
    base_database()  # skips where ./dev test has prepared nothing
    return build(tmp_path_factory.mktemp("packages"))


@pytest.fixture(scope="session")
def addons_of_zip(packages, tmp_path_factory):
    """A folder of addons with what today's zip holds."""
    folder = tmp_path_factory.mktemp("zip")
    unzip(packages["zip"], folder)
    return folder


@pytest.fixture(scope="module")
def simulator_process():
    command = os.environ.get("MARKETPLACE_TEST_SIMULATOR")
    if not command:
        pytest.skip("needs the simulator's Python: run it with ./dev test")
    arguments = ["--port=0", "--empty", f"--app-key={KEY}", f"--app-token={TOKEN}"]
    with subprocess.Popen(
        [*shlex.split(command), *arguments], stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.fixture(scope="module")
def running_simulator(simulator_process):
    found = re.search(r"http://127\.0\.0\.1:\d+", simulator_process.stdout.readline())
    assert found, "it did not start"
    return Simulator(found[0])


@pytest.fixture(scope="module")
def seller_server():
    with Seller() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def seller(seller_server):
    seller_server.reset()
    return seller_server


@pytest.fixture
def simulator(running_simulator, seller):
    running_simulator.control("POST", "reset")
    running_simulator.control(
        "PATCH",
        "settings",
        seller_url=f"{seller.url}/marketplace/demo",
        seller_key=SELLER_KEY,
        seller_token=SELLER_TOKEN,
    )
    return running_simulator


@pytest.fixture
def hook(simulator, seller):
    """A hook is set up, and answered with 200: function that tells the notifications so far."""
    seller.answer = lambda *_: (200, "")
    assert simulator.call("POST", HOOK, hook_config(seller)).status_code == 200
    return lambda: [body for _path, _headers, body in seller.calls if "OrderId" in body]


@pytest.fixture
def there(simulator, seller):
    """The simulator, with an order that may be changed and a seller that takes what it is told."""
    seller.answer = seller.take
    simulator.order(state="handling")
    return simulator
