"""A real Odoo with two HTTP workers, on a database of its own, for plain pytest tests."""

import copy
import os
import random
import shlex
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest
import requests

#: Marks what takes long and tells little more than the rest.
only_long = pytest.mark.skipif(not os.environ.get("MARKETPLACE_TEST_LONG"), reason="needs --long")

TIMEOUT = 60  # seconds; nothing here takes that long unless it hangs


def template_database():
    """The name of the database that tests copy."""
    return _database_of("MARKETPLACE_TEST_TEMPLATE")


def base_database():
    """The name of a database with all that tests need but the addon."""
    return _database_of("MARKETPLACE_TEST_BASE")


def _database_of(variable):
    database = os.environ.get(variable)
    if not database:
        pytest.skip("needs a database to copy: run it with ./dev test")
    return database


@contextmanager
def database_copy(name, template=None):
    """A database with the addon, by its name, as long as the context lasts.

    :param template: what is copied, by default a database with the addon as it is now
    """
    template = template or template_database()
    database = f"{template[:40]}_{name}_{os.getpid()}"
    subprocess.run(["createdb", f"--template={template}", database], check=True)
    try:
        yield database
    finally:
        subprocess.run(["dropdb", "--force", database], check=True)


class OdooServer:
    """One Odoo server process with its workers; a context manager."""

    def __init__(
        self,
        database,
        cron_threads=0,
        options=(),
        environ=None,
        stderr=subprocess.PIPE,
        db_host=None,
    ):
        self.database = database
        self.db_host = db_host  # of another PostgreSQL than the tests' own
        self.cron_threads = cron_threads  # mostly none: the tests say when a job runs
        self.options = options  # further ones of the command line
        self.environ = environ or {}  # what its environment has besides this process's own
        self.port, self.gevent_port = _free_port(), _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stderr = stderr  # the tests read it, unless it is given
        self.log = []

    def __enter__(self):
        command = [
            *shlex.split(os.environ["MARKETPLACE_TEST_ODOO"]),
            f"--config={os.environ['MARKETPLACE_TEST_CONF']}",
            f"--database={self.database}",
            f"--http-port={self.port}",
            f"--gevent-port={self.gevent_port}",
            "--workers=2",
            f"--max-cron-threads={self.cron_threads}",
            "--log-level=info",
            *([f"--db_host={self.db_host}"] if self.db_host else []),
            *self.options,
        ]
        self.process = subprocess.Popen(
            command,
            stderr=self.stderr,
            text=True,
            errors="replace",
            start_new_session=True,
            env={**os.environ, **self.environ},
        )
        if self.process.stderr:
            threading.Thread(target=self._read_log, daemon=True).start()
        try:
            self._wait_until_it_answers(self.port)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait_until_it_answers(self, port):
        """Its log may be anywhere, so ask the server itself."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            assert self.process.poll() is None, "".join(self.log)
            try:
                health = requests.get(f"http://127.0.0.1:{port}/web/health", timeout=TIMEOUT)
            except requests.ConnectionError:  # it does not listen yet
                assert time.monotonic() < deadline, "".join(self.log)
                time.sleep(0.05)
            else:
                assert health.status_code == 200, "".join(self.log)
                return

    def __exit__(self, *exc_info):
        self.process.terminate()
        try:
            self.process.wait(TIMEOUT / 4)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End it as a power failure does: with all its workers, at once."""
        os.killpg(self.process.pid, signal.SIGKILL)  # the session that this process leads
        self.process.wait()

    def _read_log(self):
        for line in self.process.stderr:
            self.log.append(line)

    def execute(self, model, method, *args, **kwargs):
        """Call a public method as the administrator.

        :raise RuntimeError: with the server's own message, if the method fails
        """
        arguments = [self.database, 2, "admin", model, method, args, kwargs]
        call = {"service": "object", "method": "execute_kw", "args": arguments}
        response = requests.post(
            f"{self.url}/jsonrpc", json={"method": "call", "params": call}, timeout=TIMEOUT
        ).json()
        if error := response.get("error"):
            raise RuntimeError(error["data"]["message"])
        return response.get("result")  # none where the method returns nothing

    def connect(self):
        """A connection to its database, past Odoo."""
        return psycopg2.connect(dbname=self.database, host=self.db_host)

    def query(self, sql, *parameters):
        """The rows that a statement returns, past Odoo; what it changes is committed."""
        with closing(self.connect()) as connection, connection:
            cursor = connection.cursor()
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def ref(self, xml_id):
        module, name = xml_id.split(".")
        domain = [("module", "=", module), ("name", "=", name)]
        return self.execute("ir.model.data", "search_read", domain, ["res_id"])[0]["res_id"]


class Marketplace:
    """A marketplace account of the server, and the marketplace that calls it."""

    def __init__(self, server):
        self.server = server
        self.account_id = server.ref("marketplace_order_cancellation.account_demo")
        self.cron_id = server.ref("marketplace_order_cancellation.cron_settle_pending")
        self.product_id = server.ref("marketplace_order_cancellation.product_mug")
        self.partner_id = server.ref("base.res_partner_2")
        self.code = "demo"
        self.headers = self._generate_headers()
        self.settle()
        self.limit(0, 0)

    def _generate_headers(self):
        """New credentials of the account, as they are sent."""
        action = self.server.execute(
            "marketplace.account", "action_generate_credential", [self.account_id]
        )
        return {
            "Content-Type": "application/json",
            "X-VTEX-API-AppKey": action["context"]["default_app_key"],
            "X-VTEX-API-AppToken": action["context"]["default_app_token"],
        }

    def at(self, server):
        """The same marketplace, which calls another host."""
        other = copy.copy(self)
        other.server = server
        return other

    def of_account(self, account_id, code):
        """Another account's marketplace, which calls the same server."""
        other = copy.copy(self)
        other.account_id, other.code = account_id, code
        other.headers = other._generate_headers()
        return other

    def settle(self, when="immediate", background_after=0):
        """When orders are cancelled; here always before the answer, unless a test says else."""
        values = {"settlement": when, "background_after": background_after}
        self.server.execute("marketplace.account", "write", [self.account_id], values)

    def limit(self, calls, failed_calls):
        """How many calls a minute are looked at; 0 for any number, as the other tests need it."""
        self.server.execute(
            "marketplace.account", "write", [self.account_id], {"rate_limit": calls}
        )
        name = "marketplace_order_cancellation.failed_calls_per_minute"
        self.server.execute("ir.config_parameter", "set_param", name, str(failed_calls))

    def connect(self, stub):
        """Let the account call ``stub``, a ``StubMarketplace``."""
        values = {
            "services_endpoint": f"{stub.url}/api/oms",
            "outbound_key": "a-key",
            "new_outbound_token": "a-t0ken",
            "compare_hours": 0,  # it is called where a test says so, and reads nothing
        }
        self.server.execute("marketplace.account", "write", [self.account_id], values)

    def cancel(self, marketplace_order_id):
        """Call the endpoint; return the response."""
        return self.post(marketplace_order_id, {"marketplaceOrderId": marketplace_order_id})

    def post(self, order_in_address, body):
        """Call the endpoint with a body of one's own; return the response."""
        return requests.post(
            f"{self.server.url}/marketplace/{self.code}/pvt/orders/{order_in_address}/cancel",
            json=body,
            headers=self.headers,
            timeout=TIMEOUT,
        )

    def import_order(self, marketplace_order_id, **values):
        """Create an order in one transaction; return its ID."""
        return self.import_orders([marketplace_order_id], **values)[0]

    def import_orders(self, marketplace_order_ids, **values):
        """Create orders in one transaction; return their IDs."""
        line = {"product_id": self.product_id, "product_uom_qty": 1}
        orders = [
            {
                "partner_id": self.partner_id,
                "marketplace_account_id": self.account_id,
                "marketplace_order_id": name,
                "order_line": [(0, 0, line)],
                **values,
            }
            for name in marketplace_order_ids
        ]
        return self.server.execute("sale.order", "create", orders)

    def confirm(self, order_ids):
        self.server.execute("sale.order", "action_confirm", order_ids)

    def run_job(self):
        """Run the job that settles what is pending."""
        assert self.server.execute("ir.cron", "method_direct_trigger", [self.cron_id]) is True

    def search(self, model, domain, fields):
        return self.server.execute(model, "search_read", domain, fields)

    def orders(self, order_ids):
        return self.search("sale.order", [("id", "in", order_ids)], ["name", "state"])

    def pickings(self, order_ids):
        return self.search("stock.picking", [("sale_id", "in", order_ids)], ["name", "state"])

    def receipts(self, marketplace_order_ids):
        domain = [
            ("account_id", "=", self.account_id),
            ("marketplace_order_id", "in", marketplace_order_ids),
        ]
        return self.search(
            "marketplace.cancellation.receipt",
            domain,
            ["protocol_code", "state", "sale_order_id", "delivery_count"],
        )


def at_once(*functions):
    """Call all ``functions`` at the same moment, each in a thread; return their results."""
    barrier = threading.Barrier(len(functions))

    def call(function):
        barrier.wait(TIMEOUT)
        return function()

    with ThreadPoolExecutor(len(functions)) as threads:
        return list(threads.map(call, functions))


def _free_port():
    """A free port below those that the kernel hands out.

    One of the latter may be taken before the server listens to it: by a connection that some test
    makes, or by a stand-in for a marketplace, which then answers in the server's place.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:  # somebody listens to it
                continue
        return port
