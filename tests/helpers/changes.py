"""Changes of orders, as a marketplace asks for them."""

import json

from odoo.fields import Command

from ...tools.arrival import Arrival
from ...tools.inbound.order_change import OrderChange
from .warehouse import WarehouseCase


class ChangeCase(WarehouseCase):
    """An order of teapots and cups of which something is taken out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.default_code = "POT"
        cls.cup = cls.make_product("Cup", default_code="CUP", list_price=10)
        cls.cup.invoice_policy = "order"
        cls.put_in_stock(cls.cup, 100, cls.warehouse)
        cls.let_be_told(cls.account)
        cls.end_programs()

    @classmethod
    def let_be_told(cls, account):
        """Let the marketplace be told; nothing is sent but by the job."""
        account.write(
            {"store_name": "luxstore", "outbound_key": "key", "new_outbound_token": "token"}
        )

    def order_of_both(self, marketplace_order_id, pots=3, cups=2, steps=None, **values):
        """A confirmed order of teapots and cups."""
        if steps:
            self.warehouse.delivery_steps = steps
        lines = [(self.product, pots), (self.cup, cups)]
        return self.make_order(
            marketplace_order_id,
            confirm=True,
            order_line=[
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in lines
            ],
            **values,
        )

    def items(self, **quantities):
        """``items`` of a body, by SKU."""
        return {"items": [{"id": sku, "quantity": number} for sku, number in quantities.items()]}

    def ask_change(self, order_id, agreement="Acknowledgment", change_id="C-1", **body):
        """Have a change settled as the endpoint does, without HTTP, and return the answer.

        :param body: of the request, such as ``remove=self.items(POT=1)``
        """
        body = {"reason": "Not wanted", "agreementType": agreement, **body}
        change = OrderChange.from_body(json.dumps(body).encode(), order_id, change_id)
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)._as_endpoint()
            service = account.env["marketplace.change.service"]
            return service._answer(account, change, Arrival.now("192.0.2.7"))

    def confirm_change(self, order_id, change_id="C-1"):
        """Have the marketplace ask for the confirmation, and the job carry the change out."""
        answer = self.ask_change(order_id, "Confirmation", change_id)
        self.run_cron("cron_settle_changes")
        return answer

    def change_of(self, order_id, change_id="C-1"):
        """The receipt of a change."""
        receipts = self.env["marketplace.cancellation.receipt"]
        return receipts.search(
            [("marketplace_order_id", "=", order_id), ("cancellation_request_id", "=", change_id)]
        )

    def ordered(self, order):
        """``{SKU: quantity}`` that is on ``order``."""
        return {line.product_id.default_code: line.product_uom_qty for line in order.order_line}
