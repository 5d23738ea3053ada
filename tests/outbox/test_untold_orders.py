"""What the page of an order offers whose cancellation its marketplace has not taken."""

from lxml import etree

from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.outbound import OutboundCase

ACTIONS = CANCEL_THERE, _OPEN_CALL = "action_cancel_at_marketplace", "action_view_cancel_call"


@tagged("post_install", "-at_install")
class TestUntoldOrders(OutboundCase):
    def is_hidden(self, node, order):
        """Whether the form of the ``order`` hides the ``node``, or what it is in."""
        names = "is_untold", "is_open_there", "cancel_call_state"
        values = {name: order[name] for name in names}
        around = [node, *node.iterancestors()]
        return any(safe_eval(own.get("invisible", "False"), values) for own in around)

    def test_refused_order_has_one_alert_with_one_offer(self):
        order = self.order_of_three("O-1")
        self.cancelled_here(order)
        self.marketplace.answers.append((400, {"error": "no"}, {}))
        self.send()
        self.assertEqual((order.cancel_call_state, order.is_untold), ("failed", True))
        for group in ("sales_team.group_sale_manager", "account.group_account_invoice"):
            user = new_test_user(self.env, group.rpartition("_")[2], group)
            arch = etree.fromstring(order.with_user(user).get_view(view_type="form")["arch"])
            buttons = [own for own in arch.iterfind(".//button") if own.get("name") in ACTIONS]
            shown = [own for own in buttons if not self.is_hidden(own, order)]
            self.assertEqual([own.get("name") for own in shown].count(CANCEL_THERE), 1, group)
            self.assertEqual(len({own.getparent() for own in shown}), 1, group)

    def refuse(self, status=400):
        self.marketplace.answers.append((status, {"error": "no"}, {}))
        self.send()

    def test_who_cancelled_it_and_its_salesperson_are_told(self):
        """The account's responsible user has an activity; the customer hears nothing."""
        group = "sales_team.group_sale_salesman"
        sally, sam = (
            new_test_user(self.env, name, group, notification_type="inbox", name=name)
            for name in ("Sally", "Sam")
        )
        for status in (400, 403):
            with self.subTest(status):
                order = self.order_of_three(f"O-{status}")
                order.user_id = sally
                wizard = self.env["marketplace.order.cancel"].with_user(sally)
                values = {"order_id": order.id, "reason": "Cracked."}
                wizard.create(values).action_cancel_everywhere()
                order.user_id = sam
                order.message_subscribe(order.partner_id.ids)
                self.refuse(status)
                message = order.message_ids[0]
                self.assertIn("Test Market has not accepted the cancellation", message.body)
                self.assertEqual(message.notified_partner_ids, (sally | sam).partner_id)
                self.assertTrue(message.subtype_id.internal)
                self.assertNotIn("“no”", message.body)

    def test_responsible_user_is_asked_and_not_told_twice(self):
        order = self.order_of_three("O-1")
        order.user_id = self.account.user_id = self.env.ref("base.user_admin")
        call = self.cancelled_here(order)
        self.refuse()
        self.assertEqual(call.activity_ids.user_id, order.user_id)
        self.assertFalse(order.message_ids[0].notified_partner_ids)

    def test_earlier_calls_are_settled_once_a_later_one_is_taken(self):
        order = self.order_of_three("O-1")
        first = self.cancelled_here(order)
        self.refuse()
        order.action_cancel_at_marketplace()
        self.refuse(403)
        second = self.calls(order) - first
        self.assertEqual(set((first | second).mapped("state")), {"failed"})
        self.assertTrue(first.activity_ids)
        self.assertTrue(self.account.activity_ids)
        order.action_cancel_at_marketplace()
        self.send()
        third = self.calls(order) - first - second
        self.assertEqual(third.state, "sent")
        self.assertEqual(set((first | second).mapped("state")), {"obsolete"})
        self.assertEqual(first.note, "Another call has cancelled the order there.")
        self.assertFalse(first.activity_ids)
        self.assertFalse(self.account.activity_ids)
        self.assertEqual(order.cancel_call_id, third)

    def test_earlier_call_is_taken_after_all(self):
        order = self.order_of_three("O-1")
        first = self.cancelled_here(order)
        self.refuse()
        order.action_cancel_at_marketplace()
        self.refuse()
        first.action_send_again()
        self.send()
        self.assertEqual((order.cancel_call_id, order.cancel_call_state), (first, "sent"))
