"""What people mark as resolved: evidence of why nothing more was done, and no way around a hold."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..helpers.common import MarketplaceCase

RECEIPT = "marketplace.cancellation.receipt"
SALES = "sales_team.group_sale_salesman_all_leads"
NOTE = "Settled with the marketplace by phone."


class ResolutionCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "seller", SALES, name="Dora")

    def make_receipt(self, marketplace_order_id="1", **values):
        values = {"account_id": self.account.id, "state": "mismatch", **values}
        return self.env[RECEIPT].create({"marketplace_order_id": marketplace_order_id, **values})

    def resolve(self, receipts, note=NOTE):
        return receipts.with_user(self.seller).action_resolve(note)

    def assertResolved(self, receipt, is_resolved=True):
        resolution = (receipt.resolved_by_id, receipt.resolution_note)
        nobody = (self.env["res.users"], False)
        self.assertEqual(resolution, (self.seller, NOTE) if is_resolved else nobody)
        self.assertEqual(bool(receipt.resolved_at), is_resolved)


@tagged("post_install", "-at_install")
class TestResolution(ResolutionCase):
    def test_it_is_recorded_who_when_and_why(self):
        self.make_order("other", confirm=True)
        self.make_order("1", confirm=True)
        self.request_cancellation("1", "other")
        receipt = self.receipts("1")
        self.assertEqual(receipt.state, "mismatch")
        self.resolve(receipt)
        self.assertResolved(receipt)
        self.assertEqual(receipt.state, "mismatch")
        self.assertEqual(self.chatter(receipt)[0], f"Marked as resolved: {NOTE}")
        self.assertEqual(receipt.message_ids[0].author_id, self.seller.partner_id)

    def test_it_is_part_of_the_evidence(self):
        receipt = self.make_receipt()
        self.resolve(receipt)
        self.env.cr.flush()  # as a commit does: the log notes the receipt
        self.rewrite(receipt, resolution_note="Nobody looked.")
        with self.own_transactions() as env:
            findings = env["marketplace.account"].browse(self.account.id).verify_log()
        self.assertEqual(findings["findings"], [f"Receipt {receipt.protocol_code} was changed."])

    def test_nobody_is_asked_any_more(self):
        receipt = self.make_receipt(state="received")
        receipt._set_failed(self.env["sale.order"], "It broke.")
        self.assertTrue(receipt.activity_ids)
        self.resolve(receipt)
        self.assertFalse(receipt.activity_ids)

    def test_note_is_mandatory(self):
        receipt = self.make_receipt()
        for note in ("", "  ", None, False):
            with self.subTest(note), self.assertRaises(UserError):
                self.resolve(receipt, note)
        self.assertResolved(receipt, False)

    def test_only_who_decides_marks(self):
        receipt = self.make_receipt()
        user = new_test_user(
            self.env, "looker", "marketplace_order_cancellation.group_marketplace_user"
        )
        with self.assertRaises(AccessError):
            receipt.with_user(user).action_resolve(NOTE)
        self.account.user_id = user
        receipt.with_user(user).action_resolve(NOTE)
        self.assertEqual(receipt.resolved_by_id, user)

    def test_what_is_settled_or_needs_a_decision_cannot_be_marked(self):
        for state in ("received", "evaluating", "queued", "cancelled", "refused", "kept"):
            receipt = self.make_receipt(state, state=state)
            with self.subTest(state), self.assertRaisesRegex(UserError, "cannot be marked"):
                self.resolve(receipt)

    def test_what_is_marked_is_not_marked_again(self):
        receipt = self.make_receipt()
        self.resolve(receipt)
        with self.assertRaisesRegex(UserError, "already"):
            self.resolve(receipt, "Something else.")
        self.assertResolved(receipt)

    def test_several_are_marked_or_none(self):
        receipts = self.make_receipt("1") + self.make_receipt("2", state="waiting")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.resolve(receipts + self.make_receipt("3", state="cancelled"))
        for receipt in receipts:
            self.assertResolved(receipt, False)
        self.resolve(receipts)
        for receipt in receipts:
            self.assertResolved(receipt)


@tagged("post_install", "-at_install")
class TestHeldOrders(ResolutionCase):
    def test_failed_request_with_an_open_order_has_to_be_decided(self):
        order = self.make_order("1", confirm=True)
        receipt = self.make_receipt("1", state="failed", sale_order_id=order.id)
        with self.assertRaisesRegex(UserError, f"{order.name}.*on hold"):
            self.resolve(receipt)
        order._action_cancel()
        self.assertEqual(receipt.state, "cancelled")

    def test_so_has_one_whose_replacement_is_open(self):
        order = self.make_order("1", confirm=True)
        replacement = self.make_order(replaced_order_id=order.id, confirm=True)
        receipt = self.make_receipt("1", state="failed", sale_order_id=order.id)
        order._action_cancel()
        self.assertEqual(receipt.state, "failed")
        with self.assertRaisesRegex(UserError, replacement.name):
            self.resolve(receipt)
        replacement._action_cancel()
        self.assertEqual(receipt.state, "cancelled")

    def test_request_that_waits_for_a_quotation_stays_as_it_is(self):
        self.request_cancellation("1")
        receipt = self.receipts("1")
        order = self.make_order("1")
        self.assertEqual(receipt.state, "waiting")
        with self.assertRaisesRegex(UserError, order.name):
            self.resolve(receipt)

    def test_two_named_orders_hold_nothing(self):
        self.make_order("1", confirm=True)
        receipt = self.make_receipt("1", state="mismatch")
        self.resolve(receipt)
        self.assertResolved(receipt)


@tagged("post_install", "-at_install")
class TestRepeatOfResolved(ResolutionCase):
    def test_repeat_that_changes_nothing_leaves_it(self):
        self.request_cancellation("1")
        receipt = self.receipts("1")
        self.resolve(receipt)
        answer = self.request_cancellation("1")
        self.assertEqual((answer.status, receipt.state), (404, "waiting"))
        self.assertResolved(receipt)

    def test_order_that_comes_nevertheless_is_cancelled(self):
        self.request_cancellation("1")
        receipt = self.receipts("1")
        self.resolve(receipt)
        order = self.make_order("1", confirm=True)
        self.assertCancelled(order)
        self.assertEqual(receipt.state, "cancelled")
        self.assertResolved(receipt, False)

    def test_repeat_that_is_settled_is_resolved_no_more(self):
        self.make_order("other", confirm=True)
        order = self.make_order("1", confirm=True)
        self.request_cancellation("1", "other")
        receipt = self.receipts("1")
        self.resolve(receipt)
        self.assertEqual(self.request_cancellation("1").status, 200)
        self.assertEqual(receipt.state, "cancelled")
        self.assertCancelled(order)
        self.assertResolved(receipt, False)

    def test_what_fails_once_more_asks_for_attention_again(self):
        receipt = self.make_receipt(state="failed")
        self.resolve(receipt)
        receipt._set_failed(self.env["sale.order"], "It broke again.")
        self.assertResolved(receipt, False)
        self.assertTrue(receipt.activity_ids)

    def test_several_that_change_in_one_go(self):
        receipts = self.make_receipt("1") + self.make_receipt("2", state="waiting")
        self.resolve(receipts)
        receipts.write({"state": "waiting"})
        self.assertResolved(receipts[0], False)
        self.assertResolved(receipts[1])
        self.assertEqual(receipts.mapped("state"), ["waiting", "waiting"])


@tagged("post_install", "-at_install")
class TestWizard(ResolutionCase):
    def open(self, receipts):
        wizards = self.env["marketplace.resolution"].with_user(self.seller)
        return Form(wizards.with_context(default_receipt_ids=receipts.ids))

    def test_several_are_marked(self):
        receipts = self.make_receipt("1") + self.make_receipt("2")
        form = self.open(receipts)
        self.assertEqual(form.receipt_count, 2)
        self.assertFalse(form.obstacle)
        form.note = NOTE
        form.save().action_resolve()
        for receipt in receipts:
            self.assertResolved(receipt)

    def test_what_is_in_the_way_is_told_at_once(self):
        order = self.make_order("1", confirm=True)
        receipt = self.make_receipt("1", state="failed", sale_order_id=order.id)
        self.assertIn(order.name, self.open(receipt).obstacle)

    def test_selection_of_which_none_can_be_marked(self):
        receipts = self.env[RECEIPT].concat(
            *(self.make_receipt(str(number), state="evaluating") for number in range(7))
        )
        lines = self.open(receipts).obstacle.splitlines()
        self.assertEqual(len(lines), 6)
        self.assertIn("only requests that have failed", lines[0])
        self.assertEqual(lines[-1], "And 2 more.")

    def test_list_says_which_can_be_marked(self):
        arch = etree.fromstring(self.env[RECEIPT].get_view(None, "list")["arch"])
        (button,) = arch.xpath("//header/button[contains(@string, 'Mark as Resolved')]")
        self.assertIn("Only those that have failed", button.get("help"))
