"""What people see of what the marketplace does not know, and what they do about it."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..helpers.told import ToldCase

ADDON = "marketplace_order_cancellation"


@tagged("post_install", "-at_install")
class TestPeople(ToldCase):
    def test_person_tells_otherwise(self):
        _order, receipt = self.accepted("T-1")
        self.read_untold((404, {}, {}))
        user = new_test_user(self.env, "decider", f"{ADDON}.group_marketplace_manager")
        receipt.with_user(user).with_context(
            mail_activity_automation_skip=True
        ).action_told_otherwise()
        self.assertTold(receipt, "person")
        self.assertEqual(receipt.told_by_id, user)
        self.assertEqual(receipt.message_ids[0].author_id, user.partner_id)
        self.assertFalse(self.question(receipt))
        with self.assertRaisesRegex(UserError, "knows of it"):
            receipt.action_told_otherwise()

    def test_record_rule_hides_the_order(self):
        """Who decides need not see the order; nor need the endpoint's user."""
        user = new_test_user(self.env, "decider", f"{ADDON}.group_marketplace_manager")
        order, receipt = self.accepted("T-1")
        other = self.accepted("T-2")[1]
        self.env["ir.rule"].create(
            {
                "name": "Hidden",
                "model_id": self.env["ir.model"]._get("sale.order").id,
                "domain_force": f"[('id', 'not in', {(order | other.sale_order_id).ids})]",
            }
        )
        context = {"default_state": "sent", "mail_activity_automation_skip": True}
        (receipt | other).with_user(user).with_context(**context).action_tell_marketplace()
        self.read(self.requested("T-1"), {"orderId": "T-2", "status": "handling"})
        self.assertEqual(order.outbound_call_ids.state, "pending")
        self.assertTrue(self.question(other))
        self.send()
        self.assertTold(receipt, "call")
        other.with_user(user).action_told_otherwise()
        self.assertTold(other, "person")

    def test_undecided_requests_are_not_said_to_be_known(self):
        self.order_of_three("T-1", done=1)
        receipt = self.ask_for("T-1", 200)
        for action in ("action_tell_marketplace", "action_told_otherwise"):
            with self.assertRaisesRegex(UserError, "nothing is decided yet"):
                getattr(receipt, action)()

    def test_an_archived_account_calls_nobody(self):
        receipt = self.accepted("T-1")[1]
        self.assertTrue(receipt.is_connected)
        self.account.active = False
        self.assertFalse(receipt.is_connected, "its page offers to ask and to tell")
        with self.assertRaisesRegex(UserError, "tell it in another way"):
            receipt.action_tell_marketplace()
        receipt.action_told_otherwise()
        self.assertTold(receipt, "person")

    def test_only_who_may_decide(self):
        user = new_test_user(self.env, "reader", f"{ADDON}.group_marketplace_user")
        _order, receipt = self.accepted("T-1")
        for action in ("action_tell_marketplace", "action_told_otherwise"):
            with self.assertRaises(AccessError):
                getattr(receipt.with_user(user), action)()
        self.assertEqual(receipt.told_state, "untold")
        self.assertFalse(self.readings())

    def test_tell_again_after_a_question(self):
        order, receipt = self.accepted("T-1")
        self.read_untold({"orderId": "T-1", "status": "handling"})
        receipt.action_tell_marketplace()
        self.assertFalse(self.question(receipt))
        self.read(self.requested("T-1"))
        self.send()
        self.assertTold(receipt, "call")
        self.assertEqual(len(order.outbound_call_ids), 1)

    def test_question_is_taken_back_when_the_marketplace_asks_again(self):
        _order, receipt = self.accepted("T-1")
        self.read_untold((404, {}, {}))
        self.request_cancellation("T-1", cancellationRequestId="r-1")
        self.assertTold(receipt, "answer")
        self.tell_again()
        self.assertFalse(self.question(receipt))

    def test_list_finds_and_groups_them(self):
        _order, receipt = self.accepted("T-1")
        self.order_of_three("T-3")
        told = self.ask_for("T-2", 404) | self.ask_for("T-3", 200)
        receipts = self.env["marketplace.cancellation.receipt"]
        ours = [("id", "in", (receipt | told).ids)]
        self.assertEqual(receipts.search([*ours, ("told_state", "=", "untold")]), receipt)
        groups = receipts._read_group(ours, ["told_state"], ["__count"])
        self.assertEqual(dict(groups), {"none": 1, "untold": 1, "told": 1})

    def test_health_counts_those_that_are_late(self):
        def line():
            self.account.invalidate_recordset(["health_checks"])
            return next(own for own in self.account.health_checks if own["key"] == "untold")

        _order, receipt = self.accepted("T-1", age=timedelta(minutes=50))
        self.accepted("TEST-1")
        self.assertEqual((line()["state"], line()["value"]), ("info", "1"))
        self.account.tell_after = 10
        self.assertEqual((line()["state"], line()["value"]), ("attention", "1"))
        action = self.account.with_context(health_check="untold").action_open_check()
        self.assertEqual(receipt.search(action["domain"]), receipt)
        receipt.action_told_otherwise()
        self.assertEqual(line()["state"], "ok")
