"""Orders for which goods are bought or made."""

from odoo.fields import Command

from .warehouse import WarehouseCase


class SupplyCase(WarehouseCase):
    def routed(self, *xml_ids, **values):
        """A product, not in stock, that is had on these routes; Odoo has some of them archived."""
        routes = self.env["stock.route"].browse(self.env.ref(xml_id).id for xml_id in xml_ids)
        routes.active = True
        return self.make_product("Samovar", route_ids=[Command.set(routes.ids)], **values)

    def activities(self, document, order):
        """The activities on ``document`` that name ``order``."""
        return document.activity_ids.filtered(lambda activity: order.name in str(activity.note))


class PurchaseCase(SupplyCase):
    def setUp(self):
        super().setUp()
        self.needs("purchase_stock", "purchase.order")
        self.supplier = self.env["res.partner"].create({"name": "A Supplier"})

    def bought(self, *routes):
        """An order for 3 pieces, and the purchase order, to be confirmed, that it caused."""
        seller = Command.create({"partner_id": self.supplier.id, "price": 7})
        product = self.routed(*routes, seller_ids=[seller])
        order = self.make_order("B-1", product=product, quantity=3, confirm=True)
        purchase = self.env["purchase.order"].search([("partner_id", "=", self.supplier.id)])
        self.assertEqual(purchase.order_line.mapped("product_qty"), [3])
        return order, purchase

    def assertPurchaseKept(self, purchase, order):
        """Odoo leaves ``purchase`` as it is, and tells its responsible user."""
        self.assertEqual(purchase.state, "purchase")
        self.assertEqual(len(self.activities(purchase, order)), 1)
