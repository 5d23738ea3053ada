"""Cancellations that were accepted after "still deciding"."""

from datetime import timedelta

from odoo import fields

from ...tools.arrival import Arrival
from .readings import ReadingCase


class ToldCase(ReadingCase):
    """The marketplace calls, is answered that nobody has decided yet, and somebody accepts."""

    def setUp(self):
        super().setUp()
        self.account.arrival_way = "call"

    def accepted(self, name, request_id="r-1", age=timedelta(hours=2), **body):
        """An order that has left and whose cancellation was accepted, and the receipt."""
        order = self.order_of_three(name, done=1)
        if request_id:
            body["cancellationRequestId"] = request_id
        receipt = self.ask(order, **body)
        self.assertEqual(receipt.state, "evaluating")
        receipt.action_accept()
        self.assertEqual(receipt.state, "cancelled")
        self.age(receipt, age)
        return order, receipt

    def arrival(self):
        return Arrival.now("192.0.2.7")

    def ask_for(self, name, status):
        """The receipt of a call that is answered with ``status``."""
        self.assertEqual(self.request_cancellation(name).status, status)
        return self.receipts(name)

    def age(self, receipts, age=timedelta(hours=2)):
        self.rewrite(receipts, settled_at=fields.Datetime.now() - age)

    def tell_again(self):
        """Run the job that looks for what the marketplace was not told of."""
        self.run_cron("cron_tell")
        self.env.invalidate_all()

    def read_untold(self, *documents):
        self.tell_again()
        self.read(*documents)

    def make_readings_due(self):
        for reading in self.readings():
            reading.due_at -= timedelta(hours=12)
        self.env.flush_all()

    def question(self, receipt):
        """The activity by which somebody is asked to tell the marketplace."""
        return receipt.activity_search(["marketplace_order_cancellation.activity_untold"])

    def assertTold(self, receipt, how):
        self.assertEqual((receipt.told_state, receipt.told_how), ("told", how))
        self.assertTrue(receipt.told_at)

    def assertNoMore(self, receipt):
        """Nothing more is read, sent or asked because of it."""
        calls, questions = len(receipt.outbound_call_ids), self.question(receipt)
        heard = len(self.marketplace.received)
        self.tell_again()
        self.read()
        self.send()
        self.assertEqual(len(self.marketplace.received), heard)
        self.assertEqual(len(receipt.outbound_call_ids), calls)
        self.assertEqual(self.question(receipt), questions)
        self.assertFalse(self.readings(receipt.marketplace_order_id))
