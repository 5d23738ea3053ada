"""A shop in which every screen has something to show, and much of it: long names, long texts."""

import requests
from odoo_server import TIMEOUT, Marketplace
from selling import cancel_everywhere

from odoo.addons.marketplace_order_cancellation.tests.helpers.stub_marketplace import (
    StubMarketplace,
)

RECEIPT = "marketplace.cancellation.receipt"
ACCOUNT = "marketplace.account"
CALL = "marketplace.outbound.call"
COMPARISON = "marketplace.reconciliation"

#: As long as marketplaces make them, and nothing in it where a line could end.
LONG_NAME = "v1138342255800vtexmarketplace-0000000000000042-01"
LONG_REASON = (
    "It takes too long. I have written to https://example.com/help/orders/with-a-long-address"
    "/that-goes-on-and-on-without-any-blank-at-all-until-it-ends and nobody has answered me, so I "
    "bought it elsewhere."
)

#: The demo's orders, by what becomes of them.
CANCELLED, RESERVED = "959311095", "1138342255777-01"
SHIPPED, PARTLY = "1138342255783-01", "1138342255784-01"
OTHER, UNTOUCHED = "1138342255787-01", "1138342255778-01"
#: Orders of three pieces, of which one was taken out of the second, here alone.
PARTS, LOWERED = "PARTS-1", "LOWERED-1"
#: Orders that a marketplace changes: a clear line, one of two, and what is done.
CHANGING, UNCLEAR, CHANGED = "CHANGING-1", "UNCLEAR-1", "CHANGED-1"
PICKED = "PICKED-1"
FAILING = "BAD-1138342255801-01"


class ScreensShop(Marketplace):
    """The demo's account, which is connected, and receipts in all states that last."""

    def __init__(self, server):
        super().__init__(server)
        self._refuse_to_cancel()
        with StubMarketplace() as stub:
            self.connect(stub)
            self._play(stub)
        self.new_account_id = self._make_account("A Marketplace That Is Being Connected", "new")
        for code in ("new", "nowhere"):  # rejected
            requests.post(f"{server.url}/marketplace/{code}/pvt/orders/1/cancel", timeout=TIMEOUT)

    def _play(self, stub):
        write = self.server.execute
        write(ACCOUNT, "write", [self.account_id], {"on_picking": "ask", "decision_hours": 24})
        write(ACCOUNT, "write", [self.account_id], {"default_decision": "refuse"})
        names = [PICKED, LONG_NAME, FAILING, "KEPT-1", "REFUSED-1", "QUEUED-1", "LEFT-1"]
        orders = self.import_orders(names)
        self.confirm(orders)
        self._pick(orders[0])
        for name in (LONG_NAME, "KEPT-1", "REFUSED-1", "LEFT-1"):
            self.ship(name)
        for name in (CANCELLED, CANCELLED, FAILING, FAILING, "UNKNOWN-1", "RESOLVED-1"):
            self.ask(name)
        self.ask(OTHER, address=PICKED)
        for name in (SHIPPED, PARTLY, PICKED, LONG_NAME, "KEPT-1", "REFUSED-1"):
            self.ask(name)
        self.settle("background")
        self.ask("QUEUED-1")
        self.settle()
        reason = LONG_REASON.replace("I have", "We have")
        write(RECEIPT, "action_keep", [self.receipt("KEPT-1")], reason)
        write(RECEIPT, "action_refuse", [self.receipt("REFUSED-1")], reason)
        values = {"receipt_ids": [(6, 0, [self.receipt("RESOLVED-1")])], "note": LONG_REASON}
        (resolution,) = write("marketplace.resolution", "create", [values])
        write("marketplace.resolution", "action_resolve", [resolution])
        self._take_out()
        self._change()
        self._tell(stub)
        self._compare(stub)
        self.run("cron_chain_log")

    def _pick(self, order):
        moves = self.search("stock.move", [("sale_line_id.order_id", "=", order)], ["id"])
        self.server.execute("stock.move", "write", [move["id"] for move in moves], {"picked": True})

    def _take_out(self):
        """Orders of which a part may be taken out, and was here alone."""
        line = {"product_id": self.product_id, "product_uom_qty": 3}
        orders = self.import_orders([PARTS, LOWERED], order_line=[(0, 0, line)])
        self.confirm(orders)
        lines = self.search("sale.order.line", [("order_id", "=", orders[1])], ["id"])
        arguments = {str(lines[0]["id"]): 1}, LONG_REASON, False
        self.server.execute("sale.order", "action_take_out", orders[1:], *arguments)

    def _change(self):
        """Changes that a person decides on, and one that is done."""
        mug = (0, 0, {"product_id": self.product_id, "product_uom_qty": 3})
        other = self.server.ref("marketplace_order_cancellation.product_bag")
        lines = [mug, (0, 0, {"product_id": other, "product_uom_qty": 1})]
        orders = self.import_orders([CHANGING, CHANGED], order_line=lines)
        orders += self.import_orders([UNCLEAR], order_line=[mug, mug])
        self.confirm(orders)
        self._pick(orders[0])
        for name, agreement in (
            (CHANGING, "Acknowledgment"),
            (UNCLEAR, "Acknowledgment"),
            (CHANGED, "Confirmation"),
        ):
            self.change(name, agreement)
        self.run("cron_settle_changes")

    def change(self, name, agreement):
        """Let the marketplace ask to take a mug out of an order."""
        body = {
            "reason": LONG_REASON,
            "agreementType": agreement,
            "remove": {"items": [{"id": "MKT-MUG", "quantity": 1}]},
        }
        address = f"{self.server.url}/marketplace/{self.code}/pvt/orders/{name}/changes"
        response = requests.patch(address, json=body, headers=self.headers, timeout=TIMEOUT)
        assert response.status_code == 202, response.text

    def _tell(self, stub):
        """Calls to the marketplace: one taken, one refused, one to be repeated, one to be sent."""
        refusal = (400, {"error": {"message": LONG_REASON}}, {})
        for name, answer in (("SENT-1", (200, {}, {})), ("FAILED-1", refusal), ("PENDING-1", None)):
            stub.answers.append(answer)
            self._cancel_here(self.import_order(name))
            self.run("cron_send_calls")
        self._cancel_here(self.import_order("UNSENT-1"))
        for method in ("action_draft", "action_confirm"):
            self.server.execute("sale.order", method, [self.find("sale.order", "SENT-1")])

    def _compare(self, stub):
        """Orders that are compared: one open there alone, one cancelled there, one not known."""
        states = {"OPEN-1": "handling", "LOST-1": "canceled"}
        ids = self.import_orders([*states, "UNREAD-1"])
        self.confirm(ids)
        write = self.server.execute
        values = {"order_id": self.find("sale.order", "OPEN-1"), "reason": LONG_REASON}
        wizard = write("marketplace.order.cancel", "create", values)
        write("marketplace.order.cancel", "action_cancel_order", [wizard])
        stub.orders.update(states)
        write("sale.order", "action_compare_with_marketplace", ids)
        for job in ("cron_read_orders", "cron_reconcile"):
            self.run(job)

    def _cancel_here(self, order_id):
        cancel_everywhere(self.server, [order_id])

    def _refuse_to_cancel(self):
        """Let an order fail to be cancelled, in the database itself."""
        self.server.query(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'not this one'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE OF state ON sale_order FOR EACH ROW
                WHEN (NEW.state = 'cancel' AND NEW.marketplace_order_id LIKE 'BAD-%')
                EXECUTE FUNCTION refuse()
            """
        )

    def _make_account(self, name, code):
        # without jobs, which nobody runs here
        values = {"name": name, "code": code, "background_after": 0}
        return self.server.execute(ACCOUNT, "create", [values])[0]

    def ask(self, name, address=None):
        """Let the marketplace ask to cancel an order."""
        body = {
            "marketplaceOrderId": name,
            "reason": LONG_REASON,
            "requestedByUser": True,
            "cancellationRequestId": "6bd0bb0f-9d0c-4f0b-8a43-6c0b2c1f5e7a",
        }
        return self.post(address or name, body)

    def ship(self, name):
        """Let the parcel leave."""
        context = {"skip_sms": True}  # or else stock_sms asks whether to send one
        for transfer in self.transfers(name):
            self.server.execute("stock.picking", "button_validate", [transfer], context=context)

    def run(self, job):
        cron_id = self.server.ref(f"marketplace_order_cancellation.{job}")
        assert self.server.execute("ir.cron", "method_direct_trigger", [cron_id]) is True

    # -- Where things are -------------------------------------------------------------------------

    def receipt(self, name):
        """The ID of an order's receipt."""
        return self.find(RECEIPT, name)

    def find(self, model, name):
        (record,) = self.search(model, [("marketplace_order_id", "=", name)], ["id"])
        return record["id"]

    def transfers(self, name):
        domain = [("sale_id.marketplace_order_id", "=", name)]
        return self.server.execute("stock.picking", "search", domain, order="id")
