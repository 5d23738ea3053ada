"""Orders that are confirmed at once and cancelled by a job."""

from .warehouse import WarehouseCase

QUEUE = "odoo.addons.marketplace_order_cancellation.models.service.queue"


class BackgroundCase(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.settlement = "background"

    def queue(self, order, **body):
        """Have ``order`` confirmed and queued; return the receipt and the answer."""
        answer = self.request_cancellation(order.marketplace_order_id, **body)
        self.assertConfirmation(answer, order)
        receipt = self.receipts(order.marketplace_order_id)[-1]
        self.assertEqual(receipt.state, "queued")
        return receipt, answer

    def settle(self):
        self.run_cron("cron_settle_queued_1")
