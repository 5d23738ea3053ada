"""Orders that must stay the marketplace's orders that they are: or else nothing would hold them."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..helpers.revived_orders import PERHAPS, RevivedCase

RECEIPT = "marketplace.cancellation.receipt"


@tagged("post_install", "-at_install")
class TestIdentity(RevivedCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("I-1")

    def asked(self, state, order=None):
        order = order or self.order
        values = {"account_id": self.account.id, "sale_order_id": order.id, "state": state}
        values["marketplace_order_id"] = order.marketplace_order_id
        return self.env[RECEIPT].create(values)

    def assertStaysTheirs(self, order=None, why=""):
        """Neither emptied nor renamed, by anybody; to write the same again does no harm."""
        order = order or self.order
        salesman = new_test_user(self.env, "identity", "sales_team.group_sale_salesman_all_leads")
        same = {
            "marketplace_account_id": order.marketplace_account_id.id,
            "marketplace_order_id": f" {order.marketplace_order_id} ",
        }
        empty = dict.fromkeys(same, False)
        other = {"marketplace_account_id": self.make_account("elsewhere").id}
        for values in (empty, other, {"marketplace_order_id": "I-OTHER"}):
            for user in (self.env.user, salesman):
                with (
                    self.subTest(values=values, user=user.login),
                    self.assertRaisesRegex(UserError, f"{order.name} stays order I-1 .*{why}"),
                    self.env.cr.savepoint(),
                ):
                    order.with_user(user).write(values)
        order.with_user(salesman).write(same)
        self.assertEqual(order.marketplace_order_id, "I-1")

    def test_about_to_be_cancelled(self):
        self.asked("queued")
        self.assertStaysTheirs(why="must not be shipped")

    def test_needs_a_decision(self):
        self.asked("evaluating")
        self.assertStaysTheirs()

    def test_cancellation_has_failed(self):
        self.asked("failed")
        self.assertStaysTheirs()

    def test_cancelled(self):
        self.cancel_asking_nobody(self.order)
        self.assertStaysTheirs()

    def test_cancelled_and_its_receipt_deleted(self):
        self.cancel_asking_nobody(self.order)
        self.forget(self.order)
        self.assertStaysTheirs(why="has cancelled this order")

    def test_cancelled_there_and_confirmed_again(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.assertStaysTheirs()

    def test_cancelled_here_and_its_marketplace_told(self):
        self.cancelled_here(self.order)
        self.send()
        self.assertStaysTheirs(why="was told")

    def test_cancelled_here_and_its_marketplace_is_to_be_told(self):
        self.cancelled_here(self.order)
        self.assertStaysTheirs(why="is to be told")

    def test_kept_open_and_cancelled_here_later(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order).with_user(self.dora).action_keep_open("Paid again.")
        self.order.action_cancel()
        self.assertStaysTheirs()

    def test_request_that_nobody_has_looked_at(self):
        self.asked("received")
        self.assertStaysTheirs()

    def test_replacement_goes_on_to_replace_what_is_asked_for(self):
        replacement = self.make_order(replaced_order_id=self.order.id, confirm=True)
        receipt = self.asked("evaluating")
        with (
            self.assertRaisesRegex(UserError, f"{replacement.name} replaces {self.order.name}"),
            self.env.cr.savepoint(),
        ):
            replacement.replaced_order_id = False
        receipt.state = "refused"
        replacement.replaced_order_id = False
        self.assertFalse(replacement.replaced_order_id)

    def test_order_that_is_deleted_and_imported_again_is_held(self):
        self.cancel_asking_nobody(self.order)
        self.order.unlink()
        for own in (self.order_of_three("I-1"), self.order_of_three("I-9")):
            with self.subTest(own.marketplace_order_id):
                if own.marketplace_order_id == "I-1":
                    self.assertHeld(own, "It must not be shipped unless somebody keeps it open.")
                else:
                    self.assertFree(own)

    def test_order_that_is_imported_again_as_confirmed_is_asked_about(self):
        self.account.user_id = self.dora
        self.cancel_asking_nobody(self.order)
        self.order.unlink()
        order = self.make_order("I-1", state="sale")
        kind = "marketplace_order_cancellation.activity_confirmed_again"
        self.assertEqual(order.activity_search([kind], only_automated=False).user_id, self.dora)

    def test_order_that_is_imported_again_is_held_if_its_marketplace_was_told(self):
        self.cancelled_here(self.order)
        self.send()
        self.order.unlink()
        self.assertHeld(self.order_of_three("I-1"), "was told that its order I-1 is cancelled")

    def test_marketplace_is_not_told_of_an_order_that_is_imported_again(self):
        self.cancelled_here(self.order)
        call = self.order.outbound_call_ids
        self.order.unlink()
        order = self.order_of_three("I-1")
        self.assertEqual(call.sale_order_id, order)
        self.send()
        self.assertNotIn(call.state, ("pending", "sent"))
        self.assertFree(order)

    def test_quotation_that_replaces_what_is_asked_for_keeps_it_from_being_deleted(self):
        self.order.action_cancel()
        replacement = self.make_order(replaced_order_id=self.order.id)
        self.asked("evaluating")
        with (
            self.assertRaisesRegex(UserError, f"{replacement.name} replaces {self.order.name}"),
            self.env.cr.savepoint(),
        ):
            self.order.unlink()
        (self.order | replacement).unlink()

    def test_call_that_was_not_needed_any_more_may_have_cancelled_the_one_imported_again(self):
        order = self.revived("I-4", None)
        call = order.outbound_call_ids
        call._end_if_obsolete()
        self.assertEqual(call.state, "obsolete")
        order.action_cancel()
        order.unlink()
        self.assertHeld(self.order_of_three("I-4"), PERHAPS % "I-4")

    def test_each_call_of_a_deleted_order_is_taken_up(self):
        order = self.revived("I-4", None)
        order.outbound_call_ids.state = "expired"
        self.env.flush_all()
        order._add_outbound_call("cancel")
        calls = order.outbound_call_ids
        self.assertEqual(sorted(calls.mapped("state")), ["expired", "pending"])
        order.action_cancel()
        order.unlink()
        again = self.order_of_three("I-4")
        self.assertEqual(again.outbound_call_ids, calls)
        self.assertHeld(again, PERHAPS % "I-4")

    def test_replacement_that_is_imported_as_confirmed_is_asked_about(self):
        self.account.user_id = self.dora
        self.cancelled_here(self.order)
        self.marketplace.answers.append(None)  # it may have carried the call out
        self.send()
        self.order.outbound_call_ids.state = "expired"
        order = self.make_order(replaced_order_id=self.order.id, state="sale")
        kind = "marketplace_order_cancellation.activity_confirmed_again"
        self.assertEqual(order.activity_search([kind], only_automated=False).user_id, self.dora)

    def test_order_is_not_deleted_while_its_replacement_is_held_because_of_it(self):
        self.order.action_cancel()
        replacement = self.make_order(replaced_order_id=self.order.id, confirm=True)
        receipt = self.asked("evaluating")
        with (
            self.assertRaisesRegex(UserError, f"{replacement.name} replaces {self.order.name}"),
            self.env.cr.savepoint(),
        ):
            self.order.unlink()
        receipt.state = "refused"
        self.order.unlink()
        self.assertFalse(replacement.replaced_order_id)

    def test_refusal_tells_nothing_to_who_may_not_write_the_order(self):
        self.asked("evaluating")
        reader = new_test_user(self.env, "reader", "base.group_portal")
        with self.assertRaises(AccessError):
            self.order.with_user(reader).write({"marketplace_order_id": False})

    def test_a_request_for_a_deleted_quotation_holds_the_next_one(self):
        quotation = self.make_order("I-3")
        receipt = self.asked("evaluating", quotation)
        quotation.unlink()
        order = self.make_order("I-3", confirm=True)
        self.assertEqual(receipt.sale_order_id, order)
        self.assertStays(order.picking_ids, "wait for the decision")

    def test_failure_that_was_marked_as_resolved_is_asked_about_with_the_next_one(self):
        self.account.user_id = self.dora
        quotation = self.make_order("I-3")
        receipt = self.asked("failed", quotation)
        quotation.unlink()
        receipt.with_user(self.dora).action_resolve("The order is gone.")
        order = self.make_order("I-3", confirm=True)
        self.assertEqual((receipt.sale_order_id, receipt.resolved_at), (order, False))
        kind = "marketplace_order_cancellation.activity_decide"
        self.assertEqual(receipt.activity_search([kind]).user_id, self.dora)
        self.assertTrue(receipt.decide_before)
        self.assertHeld(order, "must not be shipped")

    def test_free_when_it_is_cancelled_here_and_nobody_was_told(self):
        self.order.action_cancel()
        self.order.write({"marketplace_account_id": False, "marketplace_order_id": False})
        self.assertFalse(self.order.marketplace_order_id)

    def test_free_when_somebody_keeps_it_open(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.order.with_user(self.dora).action_keep_open("Paid again.")
        receipt = self.order.cancellation_receipt_ids
        self.order.marketplace_order_id = "I-OTHER"
        self.assertFree(self.order)
        # what was decided on it says nothing of what it is now, and all of the next one
        self.assertFalse(self.order.is_kept_open)
        order = self.order_of_three("I-1")
        self.assertEqual(receipt.sale_order_id, order)
        self.assertHeld(order, "It must not be shipped unless somebody keeps it open.")

    def test_order_that_was_kept_open_under_another_id_is_cancelled(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.order.with_user(self.dora).action_keep_open("Paid again.")
        self.order.marketplace_order_id = "I-OTHER"
        self.cancel_asking_nobody(self.order)
        self.assertEqual(self.order.state, "cancel")

    def test_call_that_is_to_be_tried_again_is_not_once_its_order_is_another(self):
        order = self.revived("I-4", None)
        call = order.outbound_call_ids
        self.assertEqual((call.state, call.may_be_carried_out), ("pending", True))
        order.with_user(self.dora).action_keep_open("Paid again.")
        order.marketplace_order_id = "I-OTHER"
        self.assertEqual((call.state, call.sale_order_id.id), ("obsolete", False))
        self.assertFree(order)
        self.assertHeld(self.order_of_three("I-4"), PERHAPS % "I-4")

    def test_free_when_nothing_was_asked_for(self):
        self.order.marketplace_order_id = "I-OTHER"
        self.assertEqual(self.order.marketplace_order_id, "I-OTHER")

    def test_mistaken_id_of_what_waits_can_be_mended(self):
        quotation = self.make_order("I-2")
        self.asked("waiting", quotation)
        quotation.marketplace_order_id = "I-OTHER"
        self.assertEqual(quotation.marketplace_order_id, "I-OTHER")
