"""What docs/other-addons.md promises, to an addon that relies on all of it.

The addon is data/addons/marketplace_gift_wrap: it is written as anybody's would be.
"""

import re
from pathlib import Path

import pytest
import requests
from caller import TIMEOUT, states
from odoo_cli import ADDON, addons_path, complaints, install
from odoo_server import Marketplace, OdooServer, database_copy

from odoo.addons.marketplace_order_cancellation.tests.helpers.stub_marketplace import (
    StubMarketplace,
)

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
def marketplace(server):
    return Marketplace(server)


def order_of(server, name, quantity=1, **values):
    """A confirmed order, as an importer makes one."""
    line = {"product_id": server.ref(f"{ADDON}.product_mug"), "product_uom_qty": quantity}
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


def test_what_it_has_begun_is_asked_about(server, marketplace):
    """Its condition is among those that are looked at, and its words are on the receipt."""
    order = order_of(server, "WRAPPED-1", is_wrapped=True)
    answer = marketplace.cancel("WRAPPED-1")
    assert (answer.status_code, answer.content) == (200, b"")
    receipt = receipt_of(server, "WRAPPED-1")
    assert receipt["state"] == "evaluating"
    assert "it is gift-wrapped" in receipt["note"]
    assert states(server, order)[0] == "sale"
    server.execute(RECEIPT, "action_accept", [receipt["id"]])
    assert states(server, order) == ("cancel", {"cancel"})


def test_nothing_else_is_asked_about(server, marketplace):
    order = order_of(server, "PLAIN-1")
    assert marketplace.cancel("PLAIN-1").json()["marketplaceOrderId"] == "PLAIN-1"
    assert states(server, order) == ("cancel", {"cancel"})


@pytest.mark.parametrize("when", ["immediate", "background"])
def test_its_facts_are_decided_from(server, marketplace, when):
    """Also where orders that look untouched are queued without a look at their facts."""
    account, name = [marketplace.account_id], f"TABLE-{when}"
    server.execute("marketplace.account", "write", account, {"on_picking": "ask"})
    marketplace.settle(when)
    order = order_of(server, name, is_on_table=True)
    answer = marketplace.cancel(name)
    marketplace.settle()
    assert (answer.status_code, answer.content) == (200, b"")
    assert receipt_of(server, name)["state"] == "evaluating"
    assert states(server, order)[0] == "sale"


def test_what_it_knows_of_an_invoice_is_sent(server, marketplace):
    """Its boxes of two, its SKUs and fee, its messenger's number, and where the invoice is."""
    mug = server.ref(f"{ADDON}.product_mug")
    values = {"invoice_policy": "order", "pieces_per_box": 2, "sku_there": "MUG-THERE"}
    server.execute("product.product", "write", [mug], values)
    order = order_of(server, "BILLED-1", quantity=4, messenger_number="M-17")
    paper = {"name": "Paper", "type": "service", "invoice_policy": "order", "is_wrapping": True}
    (fee,) = server.execute("product.product", "create", [paper])
    of_fee = {"order_id": order, "product_id": fee, "price_unit": 3, "tax_ids": [(5,)]}
    server.execute("sale.order.line", "create", [of_fee])
    url = "https://greetings.example/17"
    invoice_of(server, order, greeting_url=url)
    with StubMarketplace() as stub:
        marketplace.connect(stub)
        marketplace.cancel("BILLED-1")
        receipt = receipt_of(server, "BILLED-1")["id"]
        server.execute(RECEIPT, "action_refuse", [receipt], "It has left.")
        job = server.ref(f"{ADDON}.cron_send_calls")
        server.execute("ir.cron", "method_direct_trigger", [job])
    ((_method, path, body),) = stub.calls()
    assert path == "/api/oms/pvt/orders/BILLED-1/invoice"
    assert body["items"] == [{"id": "MUG-THERE", "quantity": 2, "price": 2400}]
    assert body["invoiceValue"] == 2 * 2400 + 300
    assert (body["courier"], body["trackingNumber"]) == ("Our Messenger", "M-17")
    assert body["invoiceUrl"] == url


def invoice_of(server, order, **values):
    """Bill all of the order."""
    wizards = "sale.advance.payment.inv"
    values_of_wizard = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [order])]}
    (wizard,) = server.execute(wizards, "create", [values_of_wizard])
    server.execute(wizards, "create_invoices", [wizard])
    (found,) = server.execute("sale.order", "read", [order], ["invoice_ids"])
    server.execute("account.move", "write", found["invoice_ids"], values)
    server.execute("account.move", "action_post", found["invoice_ids"])


def test_it_hears_of_each_cancellation_once(server, marketplace):
    order = order_of(server, "HEARD-1")
    for _ in range(2):
        assert marketplace.cancel("HEARD-1").status_code == 200
    (values,) = server.execute("sale.order", "read", [order], ["times_cancelled"])
    assert values["times_cancelled"] == 1


def test_it_stores_what_it_likes_on_receipts(server, marketplace):
    order = order_of(server, "STORED-1")
    marketplace.cancel("STORED-1")
    receipt = receipt_of(server, "STORED-1")
    assert receipt["shop"] == "DEMO"
    assert receipt["sale_order_id"][0] == order


def test_what_the_page_promises_is_there(server):
    page = (REPOSITORY / "docs" / "other-addons.md").read_text()
    theirs = (THEIRS / EXAMPLE / "models.py").read_text()
    hooks = re.findall(r"^\| `[\w.]+\.(_?\w+)\((.*?)\)`", page, re.MULTILINE)
    assert hooks
    for method, arguments in hooks:
        definition = f"def {method}({', '.join(filter(None, ['self', arguments]))}):"
        assert definition in theirs, f"{method} is promised, and not tried"
    fields = re.findall(r"^\| `([\w.]+)` \| `(\w+)`", page, re.MULTILINE)
    assert fields
    for model, field in fields:
        assert field in server.execute(model, "fields_get", [field]), (model, field)
    for address in re.findall(r"^- `GET (/\S+)`", page, re.MULTILINE):
        answer = requests.get(server.url + address, timeout=TIMEOUT)
        assert answer.status_code == 200, address
