"""One session in a browser, with Odoo on one page and the marketplace on the other."""

import json
import os
import shlex
import subprocess
from types import SimpleNamespace

import pytest
import requests
from browser import chromium, expect, log_in, need_browser, new_context
from odoo_server import TIMEOUT, Marketplace, OdooServer, database_copy
from selling import cancel_everywhere

APP_KEY, APP_TOKEN = "the-seller", "the-sellers-t0ken"
SHIPPED = "1138342255783-01"  # of the demo's orders


@pytest.fixture(scope="module")
def session():
    """A seller and a marketplace that are connected with each other, and a browser for both."""
    need_browser("MARKETPLACE_TEST_SIMULATOR")
    with database_copy("browser") as database, OdooServer(database, cron_threads=1) as server:
        seller = Marketplace(server)
        with simulator(server, seller) as url, chromium() as browser:
            connect(seller, seller.account_id, url)
            context = new_context(browser, viewport={"width": 1366, "height": 900})
            there, here = MarketplacePage(context, url), OdooPage(context, server)
            yield SimpleNamespace(seller=seller, there=there, here=here, url=url)


class simulator:  # noqa: N801
    """The running marketplace, which calls the seller's account `demo`; yields its address."""

    def __init__(self, server, seller):
        self.command = [
            *shlex.split(os.environ["MARKETPLACE_TEST_SIMULATOR"]),
            "--port=0",
            f"--seller-url={server.url}/marketplace/demo",
            f"--seller-key={seller.headers['X-VTEX-API-AppKey']}",
            f"--seller-token={seller.headers['X-VTEX-API-AppToken']}",
            f"--app-key={APP_KEY}",
            f"--app-token={APP_TOKEN}",
        ]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        first_line = self.process.stdout.readline()
        assert first_line.startswith("Marketplace simulator: "), first_line
        return first_line.split()[-1]

    def __exit__(self, *exc_info):
        self.process.terminate()
        self.process.wait(TIMEOUT)


def connect(seller, account_id, url, **values):
    values |= {
        "services_endpoint": f"{url}/api/oms",
        "outbound_key": APP_KEY,
        "new_outbound_token": APP_TOKEN,
    }
    seller.server.execute("marketplace.account", "write", [account_id], values)


class MarketplacePage:
    """What somebody does and sees at the marketplace."""

    def __init__(self, context, url):
        self.url = url
        self.page = context.new_page()
        self.page.goto(url)

    def order(self, order_id):
        return self.page.locator(f'[id="order-{order_id}"]')

    def press(self, order_id, label):
        self.order(order_id).get_by_role("button", name=label, exact=True).click()

    def expect_state(self, order_id, state):
        expect(self.order(order_id).locator(".state").first).to_have_text(state)

    def control(self, method, path, **data):
        response = requests.request(
            method, f"{self.url}/control/{path}", json=data, timeout=TIMEOUT
        )
        assert response.ok, response.text
        return response.json() if response.content else None

    def seller_calls(self, order_id, suffix):
        """The bodies of the seller's calls about an order that ended in ``suffix``."""
        return [
            json.loads(exchange["request_body"])
            for exchange in self.control("GET", f"conversation?order={order_id}")
            if exchange["direction"] == "from-seller"
            and exchange["url"].split("?")[0].endswith(suffix)
        ]


class OdooPage:
    """What somebody does and sees in Odoo's web client."""

    def __init__(self, context, server):
        self.url = server.url
        self.page = context.new_page()
        log_in(self.page, self.url)

    def open_receipt(self, marketplace_order_id):
        self.page.goto(f"{self.url}/odoo/marketplace-cancellations")
        self.page.locator(".o_data_row", has_text=marketplace_order_id).first.locator(
            "td[name=marketplace_order_id]"
        ).click()
        self.expect_status("Needs a Decision")

    def refuse(self, marketplace_order_id, reason):
        self.open_receipt(marketplace_order_id)
        self.page.get_by_role("button", name="Refuse…").click()
        dialog = self.page.get_by_role("dialog")
        dialog.locator("[name=reason] textarea").fill(reason)
        dialog.get_by_role("button", name="Refuse", exact=True).click()
        self.expect_status("Refused")

    def cancel_order(self, order_id, reason, button):
        self.page.goto(f"{self.url}/odoo/sales/{order_id}")
        self.page.locator(".o_statusbar_buttons").get_by_role(
            "button", name="Cancel", exact=True
        ).click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text("has not asked to cancel this order")
        dialog.locator("[name=reason] textarea").fill(reason)
        dialog.get_by_role("button", name=button).click()
        self.expect_status("Cancelled")

    def send_again(self, marketplace_order_ids):
        """Select the calls for these orders in the list, which is open, and send them again."""
        for marketplace_order_id in marketplace_order_ids:
            row = self.page.locator(".o_data_row", has_text=marketplace_order_id)
            row.locator(".o_list_record_selector input").check()
        selection = self.page.locator(".o_selection_container, .o_list_selection_box").first
        expect(selection).to_contain_text(str(len(marketplace_order_ids)))
        self.page.get_by_role("button", name="Send Again").click()

    def expect_status(self, label):
        expect(self.page.locator(".o_arrow_button_current")).to_have_text(label)


def test_shoppers_cancellation_is_confirmed(session):
    session.there.press("959311095", "Shopper cancels")
    session.there.expect_state("959311095", "canceled")
    (order,) = session.seller.search(
        "sale.order", [("marketplace_order_id", "=", "959311095")], ["state"]
    )
    assert order["state"] == "cancel"


def test_refusal_of_what_was_shipped_arrives_as_the_invoice(session):
    session.there.press(SHIPPED, "Shopper cancels")
    session.there.expect_state(SHIPPED, "waiting-for-seller-decision")
    session.here.refuse(SHIPPED, "The parcel left this morning.")
    name = post_invoice(session.seller, SHIPPED)
    session.there.expect_state(SHIPPED, "invoiced")
    (body,) = session.there.seller_calls(SHIPPED, "/invoice")
    assert body["invoiceNumber"] == name.replace("/", "-")


def test_refusal_of_another_account_arrives_as_a_denial(session):
    account_id = vtex_account(session)
    session.there.control("POST", "orders", order_id="VTEX-1", items=[ITEM])
    shipped_order(session.seller, "VTEX-1", account_id)
    session.there.page.reload()
    session.there.press("VTEX-1", "Shopper cancels")
    session.there.expect_state("VTEX-1", "waiting-for-seller-decision")
    session.here.refuse("VTEX-1", "It is on its way.")
    session.there.expect_state("VTEX-1", "ready-for-handling")
    session.there.order("VTEX-1").locator("summary").click()
    expect(session.there.order("VTEX-1")).to_contain_text("denied: It is on its way.")


def test_order_cancelled_here_is_cancelled_there(session):
    (order,) = session.seller.search(
        "sale.order", [("marketplace_order_id", "=", "1138342255777-01")], ["id"]
    )
    session.here.cancel_order(order["id"], "The last one broke.", "Cancel Here and There")
    session.there.expect_state("1138342255777-01", "canceled")
    bodies = session.there.seller_calls("1138342255777-01", "/cancel")
    assert bodies == [{"reason": "The last one broke."}]


def test_marketplace_that_was_down_gets_everything_once_it_is_back(session):
    names = [f"DOWN-{number}" for number in range(3)]
    for name in names:
        session.there.control("POST", "orders", order_id=name, items=[ITEM])
    order_ids = [session.seller.import_order(name) for name in names]
    session.there.control("POST", "faults", kind="down")
    cancel_everywhere(session.seller.server, order_ids)
    session.here.page.goto(f"{session.here.url}/odoo/marketplace-calls")
    for name in names:
        row = session.here.page.locator(".o_data_row", has_text=name)
        for _reload in range(60):
            if "There was no answer" in row.inner_text():
                break
            session.here.page.reload()
            row.wait_for()
        expect(row).to_contain_text("There was no answer")
    session.there.control("DELETE", "faults")
    session.here.send_again(names)
    session.there.page.reload()
    for name in names:
        session.there.expect_state(name, "canceled")
        carried_out = [
            event
            for event in session.there.control("GET", f"orders/{name}")["history"]
            if event["status"] == "canceled"
        ]
        assert len(carried_out) == 1


ITEM = {"id": "MKT-MUG", "name": "Ceramic Mug", "quantity": 1, "price": 1200}


def vtex_account(session):
    """A second account, of a VTEX seller, whom the marketplace calls from now on."""
    execute = session.seller.server.execute
    (account_id,) = execute("marketplace.account", "create", [{"name": "Lux", "code": "lux"}])
    connect(session.seller, account_id, session.url, refusal_call="denial")
    credential = execute("marketplace.account", "action_generate_credential", [account_id])
    session.there.control(
        "PATCH",
        "settings",
        seller_url=f"{session.here.url}/marketplace/lux",
        seller_key=credential["context"]["default_app_key"],
        seller_token=credential["context"]["default_app_token"],
    )
    return account_id


def shipped_order(seller, name, account_id):
    order_id = seller.import_order(name, marketplace_account_id=account_id)
    seller.confirm([order_id])
    (picking,) = seller.search("stock.picking", [("sale_id", "=", order_id)], ["id"])
    context = {"skip_sms": True}  # or else stock_sms asks whether to send one
    execute = seller.server.execute
    assert execute("stock.picking", "button_validate", [picking["id"]], context=context) is True


def post_invoice(seller, name):
    """Invoice an order as an accountant does; return the invoice's number."""
    execute = seller.server.execute
    (order,) = seller.search("sale.order", [("marketplace_order_id", "=", name)], ["id"])
    values = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [order["id"]])]}
    (wizard_id,) = execute("sale.advance.payment.inv", "create", [values])
    execute("sale.advance.payment.inv", "create_invoices", [wizard_id])
    domain = [("line_ids.sale_line_ids.order_id", "=", order["id"])]
    (invoice,) = seller.search("account.move", domain, ["id"])
    execute("account.move", "action_post", [invoice["id"]])
    return seller.search("account.move", domain, ["name"])[0]["name"]
