"""A VTEX store's Orders hook, set up by a button and called by the simulated marketplace over HTTP.

The server has one worker, which answers the ping while a job sets the hook up.
"""

import threading
import time
from contextlib import closing

import psycopg2
import pytest
import requests
from odoo_server import TIMEOUT, Marketplace, OdooServer, database_copy
from simulated import HOOK, KEY, TOKEN

ACCOUNT = "marketplace.account"
CREDENTIAL = "marketplace.account.credential"
THREE_DAYS = 3 * 24 * 60 * 60  # seconds
ELSEWHERE = "https://somebody.example/hook"


class Store(Marketplace):
    """An account for a VTEX store that the simulator plays."""

    def make_account(self, simulator, name, **values):
        """An account of one's own for each test; it has no hook yet."""
        values = {
            "name": name,
            "code": name,
            "services_endpoint": f"{simulator.url}/api/oms",
            "outbound_key": KEY,
            "new_outbound_token": TOKEN,
            **values,
        }
        account_id = self.server.execute(ACCOUNT, "create", values)
        return self.of_account(account_id, name)

    @property
    def hook_url(self):
        return f"{self.server.url}/marketplace/{self.code}/hook"

    def press(self, button):
        return self.server.execute(ACCOUNT, button, [self.account_id])

    def account(self, *names):
        """The account's fields; of a single one its value."""
        (values,) = self.server.execute(ACCOUNT, "read", [self.account_id], names)
        return values[names[0]] if len(names) == 1 else values

    def wait_until(self, name, *values):
        """Until the account's field has one of these values."""
        deadline = time.monotonic() + TIMEOUT
        while (found := self.account(name)) not in values:
            told = self.account("hook_state", "hook_error", "reading_stop")
            assert time.monotonic() < deadline, (name, found, told)
            time.sleep(0.1)

    def connect_hook(self):
        assert self.press("action_connect_hook") is True
        self.wait_until("hook_state", "connected")

    def keys_of_hooks(self):
        """App keys of the account's hook that work."""
        domain = [("account_id", "=", self.account_id), ("kind", "=", "hook")]
        return {row["app_key"] for row in self.search(CREDENTIAL, domain, ["app_key"])}

    def look(self):
        """Run the daily job as Odoo does, outside of the worker that answers the marketplace."""
        job = self.server.ref("marketplace_order_cancellation.cron_check_hooks")
        self.server.query("UPDATE ir_cron SET nextcall = '2020-01-01' WHERE id = %s", job)
        with closing(psycopg2.connect(dbname="postgres")) as connection, connection:
            connection.cursor().execute("SELECT pg_notify('cron_trigger', %s)", [self.database])

    @property
    def database(self):
        return self.server.database

    def notify(self, body):
        """Tell something as the hook does, with the test's own credentials."""
        return requests.post(self.hook_url, json=body, headers=self.headers, timeout=TIMEOUT)


def serve(database):
    return OdooServer(database, cron_threads=1, options=["--workers=1"])


def is_at(server, url):
    """Let the server believe that marketplaces reach it there."""
    server.execute("ir.config_parameter", "set_param", "web.base.url", url)


@pytest.fixture(scope="module")
def shop():
    with database_copy("hook") as database, serve(database) as server:
        is_at(server, server.url)
        yield Store(server)


@pytest.fixture
def store(shop, simulator, request):
    is_at(shop.server, shop.server.url)
    return shop.make_account(
        simulator, request.node.name.removeprefix("test_").replace("_", "-")[:30]
    )


def config(simulator):
    """What the marketplace says of the hook; None if there is none."""
    answer = simulator.call("GET", HOOK)
    return answer.json()["hook"] if answer.status_code == 200 else None


def wait_for(question):
    deadline = time.monotonic() + TIMEOUT
    while not (found := question()):
        assert time.monotonic() < deadline, question
        time.sleep(0.1)
    return found


def test_one_worker_connects_and_cancels_what_it_is_told(store, simulator):
    store.connect_hook()
    hook = config(simulator)
    assert hook["url"] == store.hook_url
    assert {hook["headers"]["X-VTEX-API-AppKey"]} == store.keys_of_hooks()

    order_id = store.import_order("HOOKED-1")
    store.confirm([order_id])
    simulator.order("HOOKED-1", domain="Marketplace")
    simulator.happen("cancel", "HOOKED-1")
    wait_for(lambda: store.orders([order_id])[0]["state"] == "cancel")
    (receipt,) = store.receipts(["HOOKED-1"])
    assert receipt["state"] == "cancelled"
    assert store.account("hook_notified_at")
    assert simulator.control("GET", "notifications")["delivered"] >= 1
    token = hook["headers"]["X-VTEX-API-AppToken"]
    assert len(token) > 40
    assert not [line for line in store.server.log if token in line]


def test_new_credentials_of_people_do_not_end_those_of_the_hook(store, simulator):
    store.connect_hook()
    keys = store.keys_of_hooks()
    store.press("action_generate_credential")
    assert store.keys_of_hooks() == keys
    simulator.order("HOOKED-2", domain="Marketplace")
    simulator.happen("cancel", "HOOKED-2")
    wait_for(lambda: store.receipts(["HOOKED-2"]))


def test_disconnected_nothing_is_left(store, simulator):
    store.connect_hook()
    (key,) = store.keys_of_hooks()
    assert store.press("action_disconnect_hook") is True
    assert config(simulator) is None
    assert store.account("hook_state") == "none"
    assert key not in store.keys_of_hooks()
    store.server.execute(ACCOUNT, "write", [store.account_id], {"arrival_way": "call"})
    assert store.notify({"hookConfig": "ping"}).status_code == 403


def test_dropped_hook_is_noticed(store, simulator):
    store.connect_hook()
    simulator.control("POST", "clock", advance=THREE_DAYS + 1)
    store.look()
    store.wait_until("hook_state", "dropped")
    assert config(simulator) is None  # nobody asked to set it up again


def test_dropped_hook_is_set_up_again(store, simulator):
    store.connect_hook()
    (former,) = store.keys_of_hooks()
    repaired = {"hook_is_repaired": True}
    store.server.execute(ACCOUNT, "write", [store.account_id], repaired)
    simulator.control("POST", "clock", advance=THREE_DAYS + 1)
    assert config(simulator) is None
    store.look()
    wait_for(lambda: config(simulator))
    wait_for(lambda: store.keys_of_hooks() - {former})
    store.wait_until("hook_state", "connected")
    assert len(store.keys_of_hooks()) == 1  # the former ones work no more


def test_hook_of_somebody_else_is_asked_about(store, simulator):
    simulator.control("POST", "hook", key=KEY, url=ELSEWHERE, status=["invoiced"])
    action = store.press("action_connect_hook")
    assert action["res_model"] == "marketplace.hook.replacement"
    assert action["context"]["default_url"] == ELSEWHERE
    assert store.account("hook_state", "hook_other_url") == {
        "id": store.account_id,
        "hook_state": "other",
        "hook_other_url": ELSEWHERE,
    }
    assert config(simulator)["url"] == ELSEWHERE
    assert not store.keys_of_hooks()

    values = {"account_id": store.account_id, "url": ELSEWHERE}
    wizard = store.server.execute("marketplace.hook.replacement", "create", values)
    assert store.server.execute("marketplace.hook.replacement", "action_replace", [wizard])
    store.wait_until("hook_state", "connected")
    assert config(simulator)["url"] == store.hook_url


def test_missing_permission_is_named(store, simulator):
    simulator.control("POST", "keys", key=KEY, token=TOKEN, permissions=["read"])
    with pytest.raises(RuntimeError, match="Feed v3 and Hook Admin"):
        store.press("action_connect_hook")
    assert store.account("hook_state") == "none"
    assert not store.keys_of_hooks()


def test_address_that_cannot_be_reached_leaves_no_credentials(store, simulator):
    is_at(store.server, "http://127.0.0.1:1")
    assert store.press("action_connect_hook") is True
    wait_for(lambda: store.account("hook_error"))
    told = store.account("hook_error", "hook_state")
    assert "http://127.0.0.1:1/marketplace/" in told["hook_error"]
    assert told["hook_state"] == "none"
    assert config(simulator) is None
    assert not store.keys_of_hooks()


def test_notification_is_answered_within_a_second_whatever_odoo_is_doing(store):
    store.server.execute(ACCOUNT, "write", [store.account_id], {"arrival_way": "hook"})
    order_id = store.import_order("LOCKED-HOOK")
    assert store.notify({"hookConfig": "ping"}).status_code == 200
    with closing(store.server.connect()) as connection:
        cursor = connection.cursor()
        for table, record in (
            ("marketplace_account", store.account_id),
            ("sale_order", order_id),
            ("ir_cron", store.server.ref("marketplace_order_cancellation.cron_read_orders")),
        ):
            cursor.execute(f"SELECT FROM {table} WHERE id = %s FOR NO KEY UPDATE", [record])
        began = time.monotonic()
        answer = store.notify({"OrderId": "LOCKED-HOOK", "State": "canceled"})
        took = time.monotonic() - began
        connection.rollback()
    assert (answer.status_code, answer.content) == (200, b"")
    assert took < 1


def test_killed_while_the_marketplace_tries_the_hook(shop, simulator, seller):
    """The last test: another server takes the place of the one that is killed."""
    is_at(shop.server, shop.server.url)
    store = shop.make_account(simulator, "killed")
    arrived, go_on = threading.Event(), threading.Event()

    def hold(*_):
        arrived.set()
        go_on.wait(TIMEOUT)
        return 500, ""

    seller.answer = hold
    is_at(shop.server, seller.url)
    assert store.press("action_connect_hook") is True
    assert arrived.wait(TIMEOUT)
    (left,) = store.keys_of_hooks()  # it has to work while the ping is answered
    is_at(shop.server, shop.server.url)
    shop.server.kill()
    go_on.set()
    with serve(shop.server.database) as server:
        is_at(server, server.url)
        again = store.at(server)
        again.look()
        again.wait_until("hook_state", "connected")
        assert config(simulator)["url"] == again.hook_url
        assert len(again.keys_of_hooks()) == 1
        assert left not in again.keys_of_hooks()
