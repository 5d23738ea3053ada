"""What docs/other-addons.md promises, to an addon that relies on all of it.

The addon is data/addons/marketplace_gift_wrap: it is written as anybody's would be.
"""

import re
from pathlib import Path

import pytest
import requests
from caller import TIMEOUT, Caller, states
from odoo_cli import ADDON, addons_path, complaints, install
from odoo_server import OdooServer, database_copy

OURS, REPOSITORY = Path(__file__).parents[3], Path(__file__).parents[2]
THEIRS = Path(__file__).parent / "data" / "addons"
EXAMPLE = "marketplace_gift_wrap"
RECEIPT = "marketplace.cancellation.receipt"


@pytest.fixture(scope="module")
def server():
    assert (OURS / ADDON).exists()
    addons = f"{OURS},{THEIRS}"
    with database_copy("other_addon") as database:
        assert complaints(install(database, addons, EXAMPLE)) == []
        with OdooServer(database, options=[f"--addons-path={addons_path(addons)}"]) as server:
            yield server


@pytest.fixture(scope="module")
def caller(server):
    return Caller(server, server.ref(f"{ADDON}.account_demo"), "demo")


def order_of(server, name, **values):
    """A confirmed order, as an importer makes one."""
    line = {"product_id": server.ref(f"{ADDON}.product_mug"), "product_uom_qty": 1}
    values |= {
        "partner_id": server.ref("base.res_partner_2"),
        "marketplace_account_id": server.ref(f"{ADDON}.account_demo"),
        "marketplace_order_id": name,
        "order_line": [(0, 0, line)],
    }
    order = server.execute("sale.order", "create", values)
    server.execute("sale.order", "action_confirm", [order])
    return order


def receipt_of(server, name):
    fields = ["state", "note", "shop", "sale_order_id"]
    (receipt,) = server.execute(
        RECEIPT, "search_read", [("marketplace_order_id", "=", name)], fields
    )
    return receipt


def test_what_it_has_begun_is_asked_about(server, caller):
    """Its condition is among those that are looked at, and its words are on the receipt."""
    order = order_of(server, "WRAPPED-1", is_wrapped=True)
    answer = caller.cancel("WRAPPED-1")
    assert (answer.status_code, answer.content) == (200, b"")
    receipt = receipt_of(server, "WRAPPED-1")
    assert receipt["state"] == "evaluating"
    assert "it is gift-wrapped" in receipt["note"]
    assert states(server, order)[0] == "sale"
    server.execute(RECEIPT, "action_accept", [receipt["id"]])
    assert states(server, order) == ("cancel", {"cancel"})


def test_nothing_else_is_asked_about(server, caller):
    order = order_of(server, "PLAIN-1")
    assert caller.cancel("PLAIN-1").json()["marketplaceOrderId"] == "PLAIN-1"
    assert states(server, order) == ("cancel", {"cancel"})


def test_it_hears_of_each_cancellation_once(server, caller):
    order = order_of(server, "HEARD-1")
    for _ in range(2):
        assert caller.cancel("HEARD-1").status_code == 200
    (values,) = server.execute("sale.order", "read", [order], ["times_cancelled"])
    assert values["times_cancelled"] == 1


def test_it_stores_what_it_likes_on_receipts(server, caller):
    order = order_of(server, "STORED-1")
    caller.cancel("STORED-1")
    receipt = receipt_of(server, "STORED-1")
    assert receipt["shop"] == "DEMO"
    assert receipt["sale_order_id"][0] == order


def test_what_the_page_promises_is_there(server):
    page = (REPOSITORY / "docs" / "other-addons.md").read_text()
    theirs = (THEIRS / EXAMPLE / "models.py").read_text()
    hooks = re.findall(r"^\| `([\w.]+)\.(_?\w+)\(.*?\)`", page, re.MULTILINE)
    assert hooks
    for _model, method in hooks:
        assert f"def {method}(" in theirs, f"{method} is promised, and not tried"
    fields = re.findall(r"^\| `([\w.]+)` \| `(\w+)`", page, re.MULTILINE)
    assert fields
    for model, field in fields:
        assert field in server.execute(model, "fields_get", [field]), (model, field)
    for address in re.findall(r"^- `GET (/\S+)`", page, re.MULTILINE):
        answer = requests.get(server.url + address, timeout=TIMEOUT)
        assert answer.status_code == 200, address
