"""What receipts note for reports: how far orders had got, their value, how long it took."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...tools.decision import Stage
from ..helpers.warehouse import WarehouseCase

RECEIPT = "marketplace.cancellation.receipt"


@tagged("post_install", "-at_install")
class TestFigures(WarehouseCase):
    def assertFigures(self, marketplace_order_id, stage, called_off, receipt=None):
        receipt = receipt or self.receipts(marketplace_order_id)
        self.assertEqual((receipt.stage, receipt.called_off), (stage, called_off))

    def order_worth(self, amount, *args, **values):
        self.product.list_price = amount / 3
        order = self.order_of_three(*args, **values)
        self.assertEqual(order.amount_untaxed, amount)
        return order

    def test_untouched_in_every_way_that_it_is_cancelled(self):
        for settings in (
            {"settlement": "immediate", "background_after": 0},
            {"settlement": "immediate", "background_after": 20},
            {"settlement": "background"},
        ):
            self.account.write(settings)
            name = f"F-{settings}"
            self.order_worth(30, name)
            self.request_cancellation(name)
            self.assertFigures(name, "untouched", 30)
            self.run_cron("cron_settle_queued_1")
            receipt = self.receipts(name)
            self.assertEqual(receipt.state, "cancelled")
            self.assertFigures(name, "untouched", 30)
            self.assertGreaterEqual(receipt.hours_to_settle, 0)

    def test_being_picked(self):
        order = self.order_worth(30, "F-1")
        order.picking_ids.move_ids.picked = True
        self.request_cancellation("F-1")
        self.assertFigures("F-1", "picking", 30)

    def test_shipped_and_decided_on(self):
        for decision, called_off in (("accept", 30), ("refuse", 0), ("keep", 0)):
            with self.subTest(decision):
                self.order_worth(30, decision, done=1)
                self.request_cancellation(decision)
                self.assertFigures(decision, "shipped", 0)
                receipt = self.receipts(decision)
                receipt._decide(decision, "A reason.")
                self.assertFigures(decision, "shipped", called_off)

    def test_failed_and_tried_again(self):
        """How far it has got is looked up anew where the failure has left nothing."""
        order = self.order_worth(30, "F-1", done=1)
        receipt = self.register("F-1")
        receipt._set_failed(order, "It broke.")
        self.assertFigures("F-1", False, 0)
        receipt._decide("accept")
        self.assertEqual(receipt.state, "cancelled")
        self.assertFigures("F-1", "shipped", 30)

    def test_kept_after_all(self):
        order = self.order_worth(30, "F-1")
        receipt = self.register("F-1")
        receipt.write(receipt._report_values(Stage.UNTOUCHED, order))
        receipt._set_failed(order, "It broke.")
        receipt._decide("keep", "The shopper phoned.")
        self.assertFigures("F-1", "untouched", 0)

    def test_two_requests_for_one_order_count_it_once(self):
        self.order_worth(30, "F-1", done=1)
        for request in ("a", "b"):
            self.request_cancellation("F-1", cancellationRequestId=request)
        receipts = self.receipts("F-1")
        self.assertEqual(receipts.mapped("state"), ["evaluating"] * 2)
        receipts[0]._decide("accept")
        self.request_cancellation("F-1", cancellationRequestId="c")
        receipts = self.receipts("F-1")
        self.assertEqual(receipts.mapped("state"), ["cancelled"] * 3)
        self.assertEqual(sum(receipts.mapped("called_off")), 30)
        self.assertEqual(receipts.mapped("stage"), ["shipped", "shipped", "cancelled"])

    def test_two_requests_in_the_background_count_it_once(self):
        self.account.settlement = "background"
        for name, by_hand in (("F-1", False), ("F-2", True)):
            with self.subTest(by_hand=by_hand):
                order = self.order_worth(30, name)
                for request in ("a", "b"):
                    self.request_cancellation(name, cancellationRequestId=request)
                self.assertEqual(self.receipts(name).mapped("state"), ["queued"] * 2)
                if by_hand:
                    order._action_cancel()
                else:
                    self.run_cron("cron_settle_queued_1")
                receipts = self.receipts(name)
                self.assertEqual(receipts.mapped("state"), ["cancelled"] * 2)
                self.assertEqual(sum(receipts.mapped("called_off")), 30)

    def test_failed_in_the_background_and_cancelled_by_another_request(self):
        order = self.order_worth(30, "F-1")
        first = self.register("F-1")
        first.write(first._report_values(Stage.UNTOUCHED, order))
        first._set_failed(order, "It broke.")
        self.request_cancellation("F-1", cancellationRequestId="again")
        receipts = self.receipts("F-1")
        self.assertEqual(receipts.mapped("state"), ["cancelled"] * 2)
        self.assertEqual(sum(receipts.mapped("called_off")), 30)

    def test_cancelled_by_hand_while_somebody_was_to_decide(self):
        order = self.order_worth(30, "F-1", done=1)
        self.request_cancellation("F-1")
        order._action_cancel()
        self.assertEqual(self.receipts("F-1").state, "cancelled")
        self.assertFigures("F-1", "shipped", 30)

    def test_two_requests_when_it_is_cancelled_by_hand_count_it_once(self):
        order = self.order_worth(30, "F-1", done=1)
        for request in ("a", "b"):
            self.request_cancellation("F-1", cancellationRequestId=request)
        order._action_cancel()
        receipts = self.receipts("F-1")
        self.assertEqual(receipts.mapped("state"), ["cancelled"] * 2)
        self.assertEqual(sum(receipts.mapped("called_off")), 30)

    def test_before_it_was_known(self):
        self.request_cancellation("F-1")
        self.assertFigures("F-1", False, 0)
        self.order_worth(30, "F-1")
        self.assertEqual(self.receipts("F-1").state, "cancelled")
        self.assertFigures("F-1", "untouched", 30)

    def test_in_the_companys_currency(self):
        currency = self.env.ref("base.EUR")
        if currency == self.company.currency_id:
            currency = self.env.ref("base.USD")
        currency.active = True
        today = fields.Date.today()
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "=", currency.id), ("name", "=", today)]).unlink()
        rates.create(
            {"currency_id": currency.id, "name": today, "rate": 2, "company_id": self.company.id}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": currency.id}
        )
        order = self.order_of_three("F-1", pricelist_id=pricelist.id)
        order.order_line.price_unit = 20
        self.assertEqual((order.currency_id, order.amount_untaxed), (currency, 60))
        self.request_cancellation("F-1")
        self.assertFigures("F-1", "untouched", 30)

    def test_hours_to_settle(self):
        receipt = self.register("F-1")
        self.assertFalse(receipt.hours_to_settle)
        receipt.settled_at = receipt.received_at + timedelta(hours=36)
        self.assertEqual(receipt.hours_to_settle, 36)
        receipt.settled_at = receipt.received_at - timedelta(seconds=1)  # of another host's clock
        self.assertEqual(receipt.hours_to_settle, 0)

    def test_what_is_not_settled_is_no_quick_one(self):
        settled = self.register("F-1")
        settled.settled_at = settled.received_at + timedelta(hours=36)
        receipts = settled | self.register("F-2")
        domain = [("id", "in", receipts.ids)]
        every, by_year = (
            receipts._read_group(domain, groupby, ["hours_to_settle:avg", "__count"])
            for groupby in ([], ["settled_at:year"])
        )
        self.assertEqual(every, [(36, 2)])
        self.assertEqual([hours for _year, hours, _count in by_year], [36, False])
