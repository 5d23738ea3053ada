"""A seller whose marketplace, the simulator, has parts of its orders changed."""

import time

from odoo_server import TIMEOUT, Marketplace
from simulated import KEY, TOKEN

ACCOUNT = "marketplace.account"
RECEIPT = "marketplace.cancellation.receipt"
SKU, PRICE = "MKT-MUG", 1200  # of the demo's mug; the price in cents


class ChangedShop(Marketplace):
    """The account of the demo, and the simulator that calls it and that it calls."""

    def __init__(self, server, simulator):
        super().__init__(server)
        self.simulator = simulator

    def meet(self, **values):
        """Make each known to the other; ``values`` are further ones of the account."""
        self.simulator.settings(
            seller_url=f"{self.server.url}/marketplace/{self.code}",
            seller_key=self.headers["X-VTEX-API-AppKey"],
            seller_token=self.headers["X-VTEX-API-AppToken"],
            timeout=TIMEOUT,
        )
        values = {
            "services_endpoint": f"{self.simulator.url}/api/oms",
            "outbound_key": KEY,
            "new_outbound_token": TOKEN,
            "compare_hours": 0,
            **values,
        }
        self.server.execute(ACCOUNT, "write", [self.account_id], values)

    def sell(self, name, *quantities, there=None, **values):
        """An order with a line of mugs for each quantity, confirmed in Odoo and handled there.

        :param there: what the marketplace has, if it is not the same
        :return: the order's ID in Odoo
        """
        ids = [f"{name}-{number}" for number in range(len(quantities))]
        items = [
            {"id": SKU, "name": "Mug", "quantity": quantity, "price": PRICE, "uniqueId": unique_id}
            for unique_id, quantity in zip(ids, there or quantities, strict=True)
        ]
        self.simulator.order(name, items=items, state="handling")
        lines = [
            (
                0,
                0,
                {
                    "product_id": self.product_id,
                    "product_uom_qty": quantity,
                    "marketplace_line_id": unique_id,
                },
            )
            for unique_id, quantity in zip(ids, quantities, strict=True)
        ]
        order_id = self.import_order(name, order_line=lines, **values)
        self.confirm([order_id])
        return order_id

    def take_out(self, name, quantity, line=None, **how):
        """The shopper takes so much out; of that line alone, if it is given."""
        item = {"id": SKU, "quantity": quantity}
        if line is not None:
            item["uniqueId"] = f"{name}-{line}"
        return self.simulator.take_out(order_id=name, remove={"items": [item]}, **how)

    def lines(self, order_id):
        """How much is ordered of each line, by the marketplace's ID of it."""
        domain = [("order_id", "=", order_id), ("marketplace_line_id", "!=", False)]
        found = self.search("sale.order.line", domain, ["marketplace_line_id", "product_uom_qty"])
        return {line["marketplace_line_id"]: line["product_uom_qty"] for line in found}

    def demand(self, order_id):
        """How much is still to leave for the order, or has left."""
        domain = [("sale_line_id.order_id", "=", order_id), ("state", "!=", "cancel")]
        return sum(
            move["product_uom_qty"]
            for move in self.search("stock.move", domain, ["product_uom_qty"])
        )

    def parts(self, name):
        """The receipts of changes of an order, the oldest first."""
        domain = [
            ("account_id", "=", self.account_id),
            ("marketplace_order_id", "=", name),
            ("kind", "=", "part"),
        ]
        fields = ["state", "note", "error", "delivery_count", "confirmation_asked_at"]
        found = self.search(RECEIPT, domain, fields)
        return sorted(found, key=lambda receipt: receipt["id"])

    def wait_for_part(self, name, *states):
        """Until the receipts of an order's changes have these states."""
        deadline = time.monotonic() + TIMEOUT
        while [part["state"] for part in self.parts(name)] != list(states):
            assert time.monotonic() < deadline, self.parts(name)
            time.sleep(0.1)

    def decide(self, name, action, *arguments):
        """Decide on the last change of an order: ``action_accept``, ``action_refuse``."""
        self.server.execute(RECEIPT, action, [self.parts(name)[-1]["id"]], *arguments)

    def differences(self, name, order_id):
        """What the two sides do not agree on."""
        return self.simulator.differences(self.lines(order_id), order_id=name)

    def complaints(self, name):
        """What of this seller's answers on an order contradicts the protocol."""
        exchanges = self.simulator.control("GET", f"conversation?order={name}")
        return [words for exchange in exchanges for words in exchange["violations"]]

    def told(self, name):
        return self.simulator.control("GET", "states")[name]["told"]

    def questions(self, name):
        """What people are asked on the receipts of an order's changes."""
        receipts = [part["id"] for part in self.parts(name)]
        domain = [("res_model", "=", RECEIPT), ("res_id", "in", receipts)]
        return [found["summary"] for found in self.search("mail.activity", domain, ["summary"])]
