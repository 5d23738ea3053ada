"""Orders that were kept open before an update are known to be so after it."""

from odoo.tests import tagged

from ..helpers.migrations import MigrationCase


@tagged("post_install", "-at_install")
class TestKeptOrders(MigrationCase):
    def kept(self, marketplace_order_id, *states):
        """An order as the former version left it, with receipts in these states."""
        order = self.make_order(marketplace_order_id, confirm=True)
        for number, state in enumerate(states):
            receipt = self.register(marketplace_order_id, cancellation_request_id=str(number))
            receipt.write({"state": state, "sale_order_id": order.id})
        return order

    def test_only_those_that_are_kept_still(self):
        orders = {
            "kept": self.kept("1", "kept"),
            "kept after a refusal": self.kept("2", "refused", "kept"),
            "cancelled later, and opened again": self.kept("3", "kept", "cancelled"),
            "refused": self.kept("4", "refused"),
            "cancelled": self.kept("5", "kept"),
            "replaced": self.kept("6", "kept"),
        }
        replacement = self.make_order(replaced_order_id=orders["replaced"].id)
        self.rewrite(replacement, state="sale")
        for name in ("cancelled", "replaced"):
            self.rewrite(orders[name], state="cancel")
        self.run_script("19.0.1.7.0", "post-kept_orders.py", former="19.0.1.6.0")
        found = [name for name, order in orders.items() if order.is_kept_open]
        self.assertEqual(found, ["kept", "kept after a refusal", "replaced"])
