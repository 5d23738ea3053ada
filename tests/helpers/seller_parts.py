"""Parts that the seller takes out of marketplaces' orders."""

from odoo.tests import Form, new_test_user

from .changes import ChangeCase
from .seller import RIGHTS_BESIDE


class SellerPartCase(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
        cls.salesman = new_test_user(cls.env, "mkt_salesman", groups, name="Sally")
        for model, group in RIGHTS_BESIDE.items():
            if model in cls.env:
                cls.salesman.group_ids += cls.env.ref(group)

    def dialog(self, order, **quantities):
        """The dialog behind *Cancel Part…*, as the salesman sees it, with quantities by SKU."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_order_part"
        )
        wizards = self.env[action["res_model"]].with_user(self.salesman)
        form = Form(wizards.with_context(default_order_id=order.id))
        skus = [line.product_id.default_code for line in order._lines_sold()]
        for sku, quantity in quantities.items():
            with form.line_ids.edit(skus.index(sku)) as line:
                line.quantity = quantity
        return form

    def take_out(self, order, reason="Cracked.", tell=True, **quantities):
        """Take quantities, by SKU, out of ``order`` with the dialog; return the call, if any."""
        form = self.dialog(order, **quantities)
        form.reason = reason
        before = order._outbound_calls("change")
        wizard = form.save()
        wizard.action_take_out_everywhere() if tell else wizard.action_take_out()
        return order._outbound_calls("change") - before

    def line_of(self, order, sku):
        return order.order_line.filtered(lambda line: line.product_id.default_code == sku)[:1]
