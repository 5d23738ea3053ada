"""Orders that are cancelled at their marketplace, and that go on here after all."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..helpers.revived_orders import PERHAPS, RevivedCase

WHY = "Test Market was told that its order %s is cancelled. It must not be shipped"
KEPT = "Test Market was told that this order is cancelled; it is kept open here."
CANCELLED = "Test Market has cancelled its order %s. It must not be shipped unless somebody"
KEPT_OPEN = "Test Market has cancelled this order; it is kept open here."


@tagged("post_install", "-at_install")
class TestRevived(RevivedCase):
    def test_marketplace_was_told(self):
        order = self.revived("R-1")
        self.assertEqual(self.calls(order).state, "sent")
        self.assertHeld(order, WHY % "R-1")
        self.assertIn("Reason: “Cracked”.", order.marketplace_notice_details)
        self.assertIn("The marketplace was told on ", order.marketplace_notice_details)

    def asked(self, order):
        kind = self.env.ref("marketplace_order_cancellation.activity_confirmed_again")
        return order.activity_ids.filtered(lambda own: own.activity_type_id == kind)

    def test_somebody_is_asked_about_it_once(self):
        """A program that confirms the order again sees no banner."""
        order = self.revived("R-1")
        self.assertEqual(self.asked(order).user_id, self.account._responsible_user())
        self.assertIn(WHY % "R-1", self.asked(order).note)
        order.state = "draft"
        order.with_context(mail_activity_automation_skip=True).action_confirm()
        self.assertEqual(len(self.asked(order)), 1)
        order.action_keep_open("The shopper wants it.")
        self.assertFalse(self.asked(order))

    def test_nobody_is_asked_any_more_when_it_is_cancelled_again(self):
        order = self.revived("R-1")
        order.action_cancel()
        self.assertFalse(self.asked(order))

    def test_nobody_is_asked_about_an_order_that_may_go_on(self):
        order = self.order_of_three("R-1")
        order.action_cancel()  # the marketplace is not told
        self.revive(order)
        self.assertFalse(self.asked(order))

    def test_there_was_no_answer(self):
        order = self.revived("R-1", None)
        self.assertTrue(self.calls(order).is_unanswered)
        self.assertHeld(order, PERHAPS % "R-1")
        self.make_due(self.calls(order))
        self.send()
        self.assertEqual(self.calls(order).state, "obsolete")
        self.assertHeld(order, PERHAPS % "R-1")

    def test_there_was_no_answer_until_it_was_given_up(self):
        order = self.order_of_three("R-1")
        call = self.cancelled_here(order)
        self.marketplace.answers.append(None)
        self.send()
        call.action_give_up("By phone.")
        self.assertHeld(self.revive(order), PERHAPS % "R-1")

    def test_held_if_the_marketplace_may_have_been_told(self):
        order = self.revived("R-1", (504, {}, {}))
        self.assertHeld(order, PERHAPS % "R-1")

    def test_call_was_never_tried(self):
        order = self.order_of_three("R-1")
        self.cancelled_here(order)
        self.revive(order)
        self.send()
        self.assertFalse(self.marketplace.received)
        self.assertFree(order)

    def test_free_if_the_marketplace_has_refused(self):
        self.assertFree(self.revived("R-1", (403, {}, {})))

    def test_marketplace_wanted_to_be_called_later(self):
        self.assertFree(self.revived("R-1", (429, {}, {})))

    def test_cancelled_here_alone(self):
        order = self.order_of_three("R-1")
        order.action_cancel()
        self.assertFree(self.revive(order))

    def test_quotation_is_on_hold_as_well(self):
        order = self.order_of_three("R-1")
        self.cancelled_here(order)
        self.send()
        order.action_draft()
        self.assertEqual(order.marketplace_notice_kind, "hold")
        self.assertStays(self.back_to_draft(order.picking_ids), WHY % "R-1")

    def test_cancelled_order_tells_nothing(self):
        order = self.order_of_three("R-1")
        self.cancelled_here(order)
        self.send()
        self.assertFalse(order.marketplace_notice_kind)
        self.assertFalse(order.is_cancelled_there)

    def test_earlier_step_is_held_as_well(self):
        order = self.order_of_three("R-1", "three")
        self.cancelled_here(order)
        self.send()
        pick = self.open_pickings(self.revive(order))
        self.assertStays(pick, WHY % "R-1")

    def test_what_comes_back_comes_back(self):
        order = self.order_of_three("R-1", done=1)
        self.cancelled_here(order)
        self.send()
        self.revive(order)
        self.validate(order.seller_return_ids)
        self.assertEqual(order.seller_return_ids.state, "done")

    def test_replacement(self):
        order = self.order_of_three("R-1")
        new = self.make_order(quantity=3, replaced_order_id=order.id)
        self.cancelled_here(order)
        new.action_cancel()
        order.action_cancel_at_marketplace()
        self.marketplace.answers.append(None)
        self.send()
        self.calls(order).action_give_up("By phone.")
        self.revive(new)
        self.assertHeld(new, PERHAPS % "R-1")
        new.with_user(self.dora).action_keep_open("Settled.")
        self.assertFree(new, "kept")

    def test_marketplace_that_asks_is_not_obeyed_blindly(self):
        """It may be the echo of what the seller has told it."""
        order = self.revived("R-1")
        receipt = self.ask(order)
        self.assertIn("It was cancelled before, and opened again", receipt.note)
        receipt.action_keep("The shopper wants it.")
        self.assertFree(order, "kept")

    def test_others_are_not_concerned(self):
        self.revived("R-1")
        self.assertFree(self.order_of_three("R-2"))
        self.assertFree(self.order_of_three(None))

    def test_queries_do_not_grow_with_orders(self):
        few = self.revived("R-0")
        many = few.union(*(self.revived(f"R-{number}") for number in range(1, 6)))
        self.assertAsManyQueries(few, many)


@tagged("post_install", "-at_install")
class TestCancelledByTheMarketplace(RevivedCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("R-1")
        self.receipt = self.cancel_asking_nobody(self.order)

    def test_confirmed_again(self):
        self.revive(self.order)
        self.assertHeld(self.order, CANCELLED % "R-1")
        self.assertIn("Requested on ", self.order.marketplace_notice_details)
        self.assertTrue(self.order.is_cancelled_there)
        self.order.with_user(self.dora).action_keep_open("The shopper pays us directly.")
        self.assertFree(self.order, "kept")
        self.assertEqual(self.order.marketplace_notice, KEPT_OPEN)

    def test_quotation_and_what_was_to_be_shipped_before(self):
        self.order.action_draft()
        old = self.back_to_draft(self.order.picking_ids)
        self.assertStays(old, CANCELLED % "R-1")

    def test_asked_for_once_more(self):
        self.revive(self.order)
        receipt = self.ask(self.order, cancellationRequestId="again")
        self.assertStays(self.open_pickings(self.order), "wait for the decision")
        receipt.action_keep("The shopper has paid us.")
        self.assertFree(self.order, "kept")

    def test_kept_then_cancelled_here_and_confirmed_again(self):
        self.revive(self.order)
        self.order.with_user(self.dora).action_keep_open("Settled.")
        self.order.action_cancel()
        self.assertHeld(self.revive(self.order), CANCELLED % "R-1")

    def test_after_its_receipt_was_deleted(self):
        self.receipt._delete()
        self.assertTrue(self.order.sudo().cancelled_at_marketplace)
        self.revive(self.order)
        self.assertHeld(self.order, CANCELLED % "R-1")
        self.order.with_user(self.dora).action_keep_open("Settled.")
        self.assertFree(self.order, "kept")

    def test_replacement(self):
        order = self.order_of_three("R-2")
        new = self.make_order(quantity=3, replaced_order_id=order.id, confirm=True)
        order.action_cancel()
        self.cancel(order)
        self.assertEqual(new.state, "cancel")
        with self.assertRaisesRegex(UserError, "no other order can replace it"):
            self.revive(new)
        new.with_user(self.dora).action_keep_open("Settled.")
        new.action_confirm()
        self.assertFree(new, "kept")

    def test_queries_do_not_grow_with_orders(self):
        few = self.revive(self.order)
        others = [self.order_of_three(f"R-1{number}") for number in range(5)]
        for order in others:
            self.cancel_asking_nobody(order)
            self.revive(order)
        many = few.union(*others)
        self.assertAsManyQueries(few, many)


@tagged("post_install", "-at_install")
class TestKeepOpen(RevivedCase):
    def setUp(self):
        super().setUp()
        self.order = self.revived("R-1")

    def test_by_a_person_with_a_reason(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_order_keep"
        )
        wizards = self.env[action["res_model"]].with_user(self.dora)
        form = Form(wizards.with_context(default_order_id=self.order.id))
        with self.assertRaisesRegex(AssertionError, "required field"):
            form.save()
        form.reason = "The shopper has paid us."
        form.save().action_keep()
        self.assertEqual(self.order.marketplace_notice, KEPT)
        message = self.order.message_ids[0]
        self.assertIn("Reason: The shopper has paid us.", message.body)
        self.assertEqual(message.author_id, self.dora.partner_id)
        self.assertFree(self.order, "kept")

    def test_without_a_reason(self):
        for reason in (None, "", "  "):
            with self.assertRaisesRegex(UserError, "give a reason"):
                self.order.with_user(self.dora).action_keep_open(reason)
        self.assertHeld(self.order, WHY % "R-1")

    def test_not_by_whom_it_does_not_concern(self):
        stranger = new_test_user(self.env, "stranger", "sales_team.group_sale_salesman")
        self.account.user_id = self.dora
        for user in (self.walter, stranger):
            with self.assertRaises(AccessError):
                self.order.with_user(user).action_keep_open("I say so.")
        self.assertTrue(self.order.with_user(self.dora).may_keep_open)
        self.order.user_id = stranger  # may write the order now, and not decide
        self.env.invalidate_all()
        for user in (self.walter, stranger):
            self.assertFalse(self.order.with_user(user).may_keep_open)
        form = etree.fromstring(self.order.with_user(stranger).get_view(view_type="form")["arch"])
        (button,) = form.iterfind(".//button[@string='Keep Open…']")
        self.assertEqual(button.get("invisible"), "not may_keep_open")
        self.assertHeld(self.order, WHY % "R-1")

    def test_replacement_is_not_kept_open_by_whom_it_does_not_concern(self):
        stranger = new_test_user(self.env, "stranger", "sales_team.group_sale_salesman")
        order = self.order_of_three("R-9")
        new = self.make_order(quantity=3, replaced_order_id=order.id, user_id=stranger.id)
        self.cancelled_here(order)
        new.action_cancel()
        order.action_cancel_at_marketplace()
        self.marketplace.answers.append(None)
        self.send()
        self.calls(order).action_give_up("By phone.")
        self.revive(new)
        self.env.invalidate_all()
        self.assertFalse(new.with_user(stranger).may_keep_open)
        self.assertTrue(new.with_user(self.dora).may_keep_open)
        with self.assertRaises(AccessError):
            new.with_user(stranger).action_keep_open("I say so.")

    def test_what_is_not_on_hold_for_it(self):
        other = self.order_of_three("R-2")
        plain = self.order_of_three(None)
        for order in (other, plain, self.order | other):
            with self.assertRaisesRegex(UserError, "is not on hold for"):
                order.with_user(self.dora).action_keep_open("Settled.")
        self.assertHeld(self.order, WHY % "R-1")

    def test_once_is_enough(self):
        theirs = self.order.with_user(self.dora)
        theirs.action_keep_open("Settled.")
        with self.assertRaisesRegex(UserError, "is not on hold for"):
            theirs.action_keep_open("Settled.")

    def test_it_does_not_outlive_the_next_cancellation(self):
        self.order.with_user(self.dora).action_keep_open("Settled.")
        self.order.action_cancel()
        self.assertFalse(self.order.marketplace_notice_kind)
        self.assertHeld(self.revive(self.order), WHY % "R-1")

    def test_marketplace_that_asks_afterwards_gets_its_confirmation(self):
        self.order.with_user(self.dora).action_keep_open("Settled.")
        answer = self.request_cancellation("R-1")
        self.assertConfirmation(answer, self.order)
        self.assertEqual(self.receipts("R-1").state, "kept")
        self.assertFree(self.order, "kept")
