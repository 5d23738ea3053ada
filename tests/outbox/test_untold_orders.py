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
