"""Orders that are cancelled after the marketplace has its answer."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.background import QUEUE, BackgroundCase
from ..helpers.warehouse import WarehouseCase

AT_ONCE = "odoo.addons.marketplace_order_cancellation.models.service.at_once"


@tagged("post_install", "-at_install")
class TestQueue(BackgroundCase):
    def test_confirmed_held_then_cancelled(self):
        order = self.order_of_three("B-1")
        receipt, answer = self.queue(order)
        self.assertUntouched(order)
        self.assertIn("must not be shipped", order.marketplace_hold)
        self.assertTrue(order.picking_ids.marketplace_hold)
        with self.assertRaisesRegex(UserError, "must not be shipped"):
            order.picking_ids.button_validate()
        self.settle()
        self.assertCancelled(order)
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.answer_body, answer.body)
        self.assertFalse(order.marketplace_hold)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_repeats_get_the_same_answer_before_and_after(self):
        order = self.order_of_three("B-1")
        _receipt, answer = self.queue(order)
        self.assertEqual(self.request_cancellation("B-1"), answer)
        self.settle()
        self.assertEqual(self.request_cancellation("B-1"), answer)

    def test_first_call_is_no_repeat(self):
        receipt, _answer = self.queue(self.order_of_three("B-1"))
        self.request_cancellation("B-1")
        self.assertEqual(receipt.delivery_ids.sorted("id").mapped("is_repeat"), [False, True])

    def at_once(self, error):
        """Have the first try to answer at once end with ``error``."""
        service = self.env.registry["marketplace.cancellation.service"]
        original, errors = service._try_at_once, [error]

        def try_at_once(*args):
            if errors:
                raise errors.pop()
            return original(*args)

        return patch.object(service, "_try_at_once", try_at_once)

    def test_call_that_collides_is_answered_at_once_all_the_same(self):
        order = self.order_of_three("B-1")
        with self.at_once(SerializationFailure()), self.assertNoLogs(AT_ONCE, "ERROR"):
            self.queue(order)

    def test_error_is_logged_and_the_call_is_settled_in_another_way(self):
        order = self.order_of_three("B-1")
        with self.at_once(ZeroDivisionError()), self.assertLogs(AT_ONCE, "ERROR"):
            self.queue(order)

    def test_many_are_cancelled_together(self):
        orders = [self.order_of_three(f"B-{number}") for number in range(5)]
        receipts = [self.queue(order)[0] for order in orders]
        model = self.env.registry["sale.order"]
        batches, original = [], model.action_cancel
        with patch.object(
            model, "action_cancel", lambda orders: batches.append(len(orders)) or original(orders)
        ):
            self.settle()
        self.assertEqual(batches, [5])
        for order, receipt in zip(orders, receipts, strict=True):
            self.assertCancelled(order)
            self.assertEqual(receipt.state, "cancelled")
            for document in (order, order.picking_ids):
                said = [text for text in self.chatter(document) if "cancelled this order" in text]
                self.assertEqual(said, ["Test Market cancelled this order."])
        self.assertEqual(self.on_hand(), (100, 0))

    def test_orders_of_several_accounts(self):
        other = self.make_account("other-market", name="Other Market", settlement="background")
        orders = self.order_of_three("B-1")
        orders |= self.order_of_three("B-2", marketplace_account_id=other.id)
        self.queue(orders[0])
        self.request_cancellation("B-2", account=other)
        self.settle()
        self.assertEqual(set(orders.mapped("state")), {"cancel"})
        self.assertIn("Other Market cancelled this order.", self.chatter(orders[1]))

    def test_picked_goods_come_back_on_the_right_receipt(self):
        orders = [self.order_of_three(f"B-{number}", "two", done=1) for number in range(3)]
        receipts = [self.queue(order)[0] for order in orders]
        self.settle()
        for receipt in receipts:
            self.assertReturns(receipt, {(self.output_location, self.stock_location): 3})
        for receipt in receipts:
            self.validate(receipt.return_picking_ids)
        self.assertEqual(self.quantity_at(self.stock_location), 100)

    def test_what_a_person_has_to_decide_is_not_queued(self):
        order = self.order_of_three("B-1", done=1)
        self.ask(order)

    def test_unknown_order_is_not_queued(self):
        self.assertEqual(self.request_cancellation("B-9").status, 404)

    def test_person_who_is_faster_settles_it(self):
        order = self.order_of_three("B-1")
        receipt, answer = self.queue(order)
        order.action_cancel()
        self.assertEqual((receipt.state, receipt.answer_body), ("cancelled", answer.body))
        self.settle()
        self.assertCancelled(order)

    def test_another_request_is_confirmed_as_well(self):
        order = self.order_of_three("B-1")
        first, _answer = self.queue(order, cancellationRequestId="r-1")
        second, _answer = self.queue(order, cancellationRequestId="r-2")
        self.settle()
        self.assertEqual(set((first | second).mapped("state")), {"cancelled"})
        self.assertCancelled(order)

    def test_invoice_is_not_posted_meanwhile(self):
        order = self.order_of_three("B-1")
        invoice = self.invoice(order, "draft")
        self.queue(order)
        with self.assertRaisesRegex(UserError, "about to be cancelled"):
            invoice.action_post()
        self.settle()
        self.assertEqual(invoice.state, "cancel")

    def test_upstream_activities_of_every_order_are_kept(self):
        """Odoo leaves them for one order only when several are cancelled together."""
        orders = [self.order_of_three(f"B-{number}") for number in range(3)]
        for order in orders:
            self.queue(order)
        upstream = self.env.registry["sale.order"]
        self.patch(upstream, "_has_documents_upstream", lambda order: True)
        batches, original = [], upstream.action_cancel
        self.patch(
            upstream,
            "action_cancel",
            lambda orders: batches.append(len(orders)) or original(orders),
        )
        self.settle()
        self.assertEqual(batches, [1, 1, 1])


@tagged("post_install", "-at_install")
class TestPoison(BackgroundCase):
    def settle_poisoned(self, *poisoned):
        """Settle what is queued while the cancellation of some orders fails."""
        model = self.env.registry["sale.order"]
        original = model.action_cancel

        def fail(orders):
            if bad := orders.filtered(lambda order: order.marketplace_order_id in poisoned):
                raise UserError(bad.env._("%s is poisoned.", bad[:1].marketplace_order_id))
            return original(orders)

        with patch.object(model, "action_cancel", fail), mute_logger(QUEUE):
            self.settle()

    def test_poisoned_order_fails_alone(self):
        orders = {f"B-{number}": self.order_of_three(f"B-{number}") for number in range(7)}
        receipts = {name: self.queue(order)[0] for name, order in orders.items()}
        self.settle_poisoned("B-3", "B-6")
        for name, order in orders.items():
            if name in ("B-3", "B-6"):
                self.assertUntouched(order)
                self.assertTrue(order.marketplace_hold)
                self.assertEqual(receipts[name].state, "failed")
                self.assertEqual(receipts[name].error, f"{name} is poisoned.")
                self.assertTrue(receipts[name].activity_ids)
            else:
                self.assertCancelled(order)
                self.assertEqual(receipts[name].state, "cancelled")

    def test_answer_stays_given(self):
        order = self.order_of_three("B-1")
        receipt, answer = self.queue(order)
        self.settle_poisoned("B-1")
        self.assertEqual(self.request_cancellation("B-1"), answer)
        self.assertEqual(receipt.state, "failed")
        with self.assertRaisesRegex(UserError, "has its confirmation"):
            receipt.action_refuse("Too late.")
        receipt.action_accept()
        self.assertEqual(receipt.state, "cancelled")
        self.assertCancelled(order)


@tagged("post_install", "-at_install")
class TestAutomaticBackground(WarehouseCase):
    def test_untouched_order_is_cancelled_at_once_when_nothing_waits(self):
        order = self.order_of_three("B-1")
        self.cancel_asking_nobody(order)
        self.assertCancelled(order)

    def test_what_comes_while_others_wait_waits_as_well(self):
        first, second = self.order_of_three("B-1"), self.order_of_three("B-2")
        self.account.settlement = "background"
        self.request_cancellation("B-1")
        self.account.settlement = "immediate"
        self.assertConfirmation(self.request_cancellation("B-2"), second)
        self.assertEqual(self.receipts("B-2").state, "queued")
        self.run_cron("cron_settle_queued_2")
        self.assertCancelled(first)
        self.assertCancelled(second)

    def test_unless_the_account_wants_to_wait(self):
        first, second = self.order_of_three("B-1"), self.order_of_three("B-2")
        self.account.settlement = "background"
        self.request_cancellation("B-1")
        self.account.write({"settlement": "immediate", "background_after": 0})
        self.cancel_asking_nobody(second)
        self.assertCancelled(second)
        self.assertUntouched(first)
