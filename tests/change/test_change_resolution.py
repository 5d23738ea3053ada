"""Changes that failed, and that a person has marked as resolved, or seen to by hand."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.changes import ChangeCase


class FailedCase(ChangeCase):
    def failed(self, order_id):
        """A change that has failed before its order was here."""
        self.ask_change(order_id, "Confirmation", remove=self.items(POT=1))
        receipt = self.change_of(order_id)
        receipt._set_part_failed("It broke.")
        return receipt

    def failing(self, order_id):
        """An order, and its change, which cannot be carried out although it is accepted."""
        order = self.order_of_both(order_id)
        self.ask_change(order_id, "Confirmation", remove=self.items(POT=1))
        receipt = self.change_of(order_id)
        with (
            patch.object(type(order), "_take_out", _raise),
            self.assertLogs("odoo.addons.marketplace_order_cancellation", "ERROR"),
        ):
            self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_failed")
        return order, receipt


@tagged("post_install", "-at_install")
class TestResolvedChange(FailedCase):
    def test_nothing_is_held_by_it(self):
        receipt = self.failed("RES-1")
        order = self.order_of_both("RES-1")
        self.assertTrue(order._lines_on_hold())
        order._action_cancel()
        receipt.state = "part_failed"  # the cancellation has ended it
        receipt.action_resolve("Settled by phone.")
        self.confirm_again(order)
        self.assertFalse(order._lines_on_hold())
        self.assertFalse(order.marketplace_hold)
        self.assertFalse(order.filtered_domain([("marketplace_hold", "!=", False)]))
        self.assertNotIn(order, order.search([("marketplace_hold", "!=", False)]))
        self.assertFalse(order._holds_documents())
        self.ship(self.open_pickings(order))
        self.assertTrue(self.invoice(order, "posted"))

    def confirm_again(self, order):
        order.is_kept_open = True
        order.action_draft()
        order.action_confirm()

    def test_nothing_is_held_if_the_order_comes_later(self):
        self.failed("RES-2").action_resolve("Settled by phone.")
        self.ship(self.order_of_both("RES-2").picking_ids)

    def test_no_later_change_waits_for_it(self):
        self.failed("RES-3").action_resolve("Settled by phone.")
        order = self.order_of_both("RES-3")
        self.ask_change("RES-3", "Confirmation", "C-2", remove=self.items(CUP=1))
        self.run_cron("cron_settle_changes")
        self.assertEqual(self.ordered(order), {"POT": 3, "CUP": 1})

    def test_repeat_is_settled_as_ever(self):
        receipt = self.failed("RES-4")
        receipt.action_resolve("Settled by phone.")
        order = self.order_of_both("RES-4")
        self.confirm_change("RES-4")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertFalse(receipt.resolved_at)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_so_is_what_the_marketplace_has_carried_out_after_all(self):
        receipt = self.failed("RES-5")
        receipt.action_resolve("Settled by phone.")
        order = self.order_of_both("RES-5")
        receipt._take_status_there("done")
        self.run_cron("cron_settle_changes")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_change_of_an_open_order_has_to_be_decided(self):
        order, receipt = self.failing("RES-6")
        with self.assertRaisesRegex(UserError, f"{order.name}.*keep the items"):
            receipt.action_resolve("Settled by phone.")


@tagged("post_install", "-at_install")
class TestFailedByHand(FailedCase):
    """A person takes out by hand what the machine could not."""

    def test_it_is_not_taken_out_twice(self):
        order, receipt = self.failing("RES-7")
        receipt.decision = "accept"
        self.lower(order)
        receipt.action_process_again()
        self.assertEqual(receipt.state, "part_evaluating", receipt.error)
        self.assertIn("may mean the same items", receipt.note)
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})

    def test_person_says_so_at_once(self):
        order, receipt = self.failing("RES-8")
        self.assertFalse(receipt.may_be_done_by_hand)
        self.lower(order)
        self.assertTrue(receipt.may_be_done_by_hand)
        receipt.action_taken_out_before()
        self.assertEqual((receipt.state, receipt.error), ("part_cancelled", False))
        self.assertEqual(self.ordered(order), {"POT": 2, "CUP": 2})
        self.assertFalse(order._has_open_change())
        self.assertEqual(receipt.outbound_call_ids.sorted("id").mapped("kind")[-1], "confirm")

    def lower(self, order):
        line = order.order_line.filtered(lambda line: line.product_id == self.product)
        order.order_line = [Command.update(line.id, {"product_uom_qty": 2})]
        self.env.invalidate_all()


def _raise(_order, _quantities, _cause):
    raise UserError("not today")  # pylint: disable=translation-required
