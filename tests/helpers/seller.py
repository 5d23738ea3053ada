"""Marketplace orders that a person cancels in Odoo, and what that person is told before."""

from unittest.mock import patch

from odoo.tests import Form, new_test_user

from .warehouse import WarehouseCase


class SellerCase(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's own cancellation looks at purchases, which a mere salesperson cannot read.
        groups = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
        cls.salesman = new_test_user(cls.env, "mkt_salesman", groups, name="Sally")

    def wizard(self, order):
        """The dialog behind the button "Cancel" of ``order``, as the salesman sees it."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_order_cancel"
        )
        wizards = self.env[action["res_model"]].with_user(self.salesman)
        return Form(wizards.with_context(default_order_id=order.id))

    def cancel_here(self, order, reason=None):
        """Cancel ``order`` with the button and the dialog."""
        form = self.wizard(order)
        if reason:
            form.reason = reason
        form.save().action_cancel_order()

    def seller_cancellations(self):
        """A list that receives ``(order, reason)`` for each order that the seller cancels."""
        calls = []
        orders = self.env.registry["sale.order"]
        original = orders._on_cancelled_by_seller

        def record(order, reason):
            calls.append((order.ensure_one(), reason))
            return original(order, reason)

        self.startPatcher(patch.object(orders, "_on_cancelled_by_seller", record))
        return calls


#: Rights that Odoo wants, beside certain modules, of a user who cancels an order.
RIGHTS_BESIDE = {
    "loyalty.card": "sales_team.group_sale_manager",
    "purchase.order": "purchase.group_purchase_user",
}


class SellerAccountCase(SellerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model, group in RIGHTS_BESIDE.items():
            if model in cls.env:
                cls.salesman.group_ids += cls.env.ref(group)

    def cancel_many(self, orders, **values):
        values = {"seller_cancel_reason": "Cracked.", **values}
        wizards = self.env["sale.mass.cancel.orders"].with_user(self.salesman)
        return wizards.create({"sale_order_ids": orders.ids, **values}).action_mass_cancel()

    def returns(self, order):
        """``{(from, to): quantity}`` of what is proposed to come back for a cancelled order."""
        found = {}
        for move in order.seller_return_ids.move_ids:
            key = (move.location_id, move.location_dest_id)
            found[key] = found.get(key, 0) + move.product_qty
        return found

    def activities(self, *documents):
        """``[(user, note)]`` of the activities on them."""
        found = [activity for document in documents for activity in document.activity_ids]
        return [(activity.user_id, activity.note) for activity in found]


OBSTACLE = "Test Market has its invoice, and no return invoice yet."


class PreviewCase(SellerAccountCase):
    def assertPreview(self, order, findings, consequences):
        """The dialog says just these lines; what it announces is what is done."""
        form = self.wizard(order)
        self.assertEqual((form.findings or "").split("\n"), findings)
        self.assertEqual((form.consequences or "").split("\n"), consequences)
        return form

    def obstruct(self, *orders):
        """Have ``orders`` be such as cannot be cancelled at their marketplace."""
        self.startPatcher(
            patch.object(
                self.env.registry["sale.order"],
                "_obstacle_to_cancel_there",
                lambda order: OBSTACLE if order in orders else None,
            )
        )

    def many(self, orders):
        wizards = self.env["sale.mass.cancel.orders"].with_user(self.salesman)
        return Form(wizards.with_context(active_ids=orders.ids))
