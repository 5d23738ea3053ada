"""Changes of orders of which the marketplace, a real server on this machine, is told."""

import json
from datetime import timedelta

from odoo import fields

from ...tools.inbound.order_change import OrderChange
from .changes import ChangeCase
from .outbound import OutboundCase

#: The query of calls whose marketplace wants to know the account.
CALLS = "?an=lux&accountName=lux"


class HandshakeCase(ChangeCase, OutboundCase):
    def setUp(self):
        super().setUp()
        OutboundCase.connect(self, self.account)
        self.product.default_code = "POT"
        self.account.reading_tested_at = fields.Datetime.now()
        self.account.read_rate = 5000  # the database's clock stands still in a test

    # pylint: disable-next=arguments-differ
    @classmethod
    def connect(cls, account, **values):
        """Each test has a marketplace of its own."""

    def asked(self, name="H-1", change_id="C-1", **removed):
        """An order of three pots and two cups of which one pot is to be taken out, and the receipt:
        that is agreed to.

        :param change_id: None if the change comes without an ID
        """
        order = self.order_of_both(name)
        receipt = self.receipt_of(order, change_id, **(removed or {"POT": 1}))
        order._hold_invoice_calls()
        order._agree_at_marketplace("acknowledge", receipt)
        return order, receipt

    def receipt_of(self, order, change_id="C-1", **removed):
        body = json.dumps({"reason": "Too big.", "remove": self.items(**removed)}).encode()
        change = OrderChange.from_body(body, order.marketplace_order_id, change_id)
        receipts = self.env["marketplace.cancellation.receipt"]
        named = (self.account, change, order.marketplace_order_id)
        receipt = receipts._find_or_create_change(*named)
        receipt._set_part("part_agreed", sale_order_id=order.id)
        return receipt

    def carry_out(self, order, receipt):
        """Have the change confirmed, as if the order was changed."""
        receipt._set_part("part_cancelled")
        order._agree_at_marketplace("confirm", receipt)
        order._release_invoice_calls()

    def told(self):
        """The agreements of the calls that came in, None where it is none."""
        calls = [call for call in self.marketplace.received if call.method != "GET"]
        return [call.body.get("agreementType") for call in calls]

    def there(self, status="waiting-confirmation", change_id="C-1", **values):
        """What the marketplace says of a change."""
        return {
            "requestId": change_id,
            "status": status,
            "remove": [self.items(POT=1)],
            "add": None,
            "replace": [],
            **values,
        }

    def show(self, *changes):
        """Let the marketplace answer by what it is asked for."""

        def answer(path):
            path = path.split("?")[0]
            if path.endswith("/changes"):
                names = ("status", "inProgress")
                listed = [{k: v for k, v in one.items() if k not in names} for one in changes]
                return 200, {"requests": listed, "actions": []}, {}
            one = [one for one in changes if one["requestId"] == path.rsplit("/", 1)[1]]
            return (200, one[0], {}) if one else (404, {}, {})

        self.marketplace.respond = answer

    def reads(self):
        return [call.path for call in self.marketplace.received if call.method == "GET"]

    def read_changes(self, later=timedelta(hours=2)):
        """Run the job that reads, after some time."""
        for reading in self.readings():
            reading.due_at -= later
        self.env.flush_all()
        self.run_cron("cron_read_orders")
        self.env.invalidate_all()

    def readings(self):
        return self.env["marketplace.order.reading"].search([])
