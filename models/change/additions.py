from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.any_language import InAnyLanguage


class SaleOrder(models.Model):
    """Adds to an order what a change adds, once a person has agreed."""

    _inherit = "sale.order"

    def _add_items(self, added):
        """Put what is ``added`` on this order, by the marketplace's prices where it tells them.

        :param added: lines of a change
        :raise UserError: if a product is not known, or several may be meant
        """
        self.ensure_one()
        # sudo: products and transfers follow from the decision
        order = self.sudo()._in_context_of_follow_up().with_company(self.company_id)
        products = {item: order._product_of_sku(item.sku) for item in added}
        with order._unlocked():
            for item, product in products.items():
                item.sale_line_id = order._add_item(item, product)

    def _add_item(self, item, product):
        is_named = any(line._is_named_by_importer() for line in self.order_line)
        line = self.env["sale.order.line"].create(
            {
                "order_id": self.id,
                "product_id": product.id,
                "product_uom_qty": item.quantity,
                # or else it would be none of the marketplace's items
                "marketplace_sku": item.sku if is_named else False,
            }
        )
        if item.price_cents:
            line.write({"price_unit": item.price_cents / 100, "discount": 0})
        return line

    def _product_of_sku(self, sku):
        """The product that the marketplace knows by ``sku``.

        :raise UserError: saying what a person can do if there is none, or there are several
        """
        products = self.marketplace_account_id._products_of_sku(sku, self.company_id)
        if len(products) == 1:
            return products
        if products:
            raise UserError(
                InAnyLanguage(self.env)._("Several products have the SKU %s: add it by hand.", sku)
            )
        raise UserError(
            InAnyLanguage(self.env)._(
                "No product has the SKU %s: enter it on a product, then process the change again.",
                sku,
            )
        )


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    def _products_of_sku(self, sku, company):
        """The products that ``company``, a branch perhaps, may sell and that this marketplace may
        know by ``sku``, two at most.
        """
        names = [*self._sku_fields(), "default_code", "barcode"]
        # sudo: a branch sells what its parents have, even to who does not work there
        own = Domain("company_id", "in", (False, *company.sudo().parent_ids.ids))
        for name in dict.fromkeys(names):
            if found := self.env["product.product"].search(own & Domain(name, "=", sku), limit=2):
                return found
        return self.env["product.product"]

    def _sku_fields(self):
        """The field of products by which this marketplace knows them, if it can be searched by."""
        name = (self.sku_field or "").strip() if self.sku_source == "field" else self.sku_source
        field = self.env["product.product"]._fields.get(name)
        return [name] if field and field._description_searchable else []
