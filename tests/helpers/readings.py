"""Orders that are read at the marketplace, as its Orders hook has told."""

from datetime import timedelta

from odoo import fields

from ...tools.inbound.notification import Notification
from .outbound import OutboundCase


class ReadingCase(OutboundCase):
    """The account's cancellations arrive by the Orders hook, and requests are denied if refused."""

    def setUp(self):
        super().setUp()
        # The database's clock stands still in a test: what waits for a turn would wait in vain.
        self.account.write(
            {"arrival_way": "hook", "refusal_call": "denial", "read_rate": 5000},
        )
        self.account.reading_tested_at = fields.Datetime.now()

    def tell(self, order_id, state="canceled"):
        """Have the hook tell of an order, without HTTP."""
        with self.own_transactions() as env:
            account = env["marketplace.account"].browse(self.account.id)
            account._as_endpoint()._take_notification(Notification(order_id, state))

    def read(self, *documents):  # pylint: disable=method-required-super
        """Run the job that reads orders; ``documents`` are what the marketplace answers."""
        self.marketplace.answers.extend(
            document if document is None or isinstance(document, tuple) else (200, document, {})
            for document in documents
        )
        self.run_cron("cron_read_orders")
        self.env.invalidate_all()
        self.marketplace.answers.clear()

    def readings(self, order_id=None):
        named = [("marketplace_order_id", "=", order_id)] if order_id else []
        return self.env["marketplace.order.reading"].search(named)

    def canceled(self, order_id, **data):
        return {"orderId": order_id, "status": "canceled", "cancellationData": data}

    def requested(self, order_id, request_id="r-1", **request):
        requests = [{"id": request_id, "deniedBySeller": False, **request}]
        return {
            "orderId": order_id,
            "status": "cancellation-requested",
            "cancellationRequests": requests,
        }

    def make_readings_due(self):
        for reading in self.readings():
            reading.due_at -= timedelta(hours=12)
        self.env.flush_all()
