"""Quantities as people read them: "1 × Teapot", and never "1 Units"."""

from odoo.tests import tagged

from ...models.base.quantities import in_unit, of_product
from ..helpers.common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestQuantities(MarketplaceCase):
    def test_unit_is_named_unless_it_is_pieces(self):
        product = self.product
        for name, quantity, alone, of in (
            ("uom.product_uom_unit", 1.0, "1", "1 × "),
            ("uom.product_uom_unit", 0.5, "0.5", "0.5 × "),
            ("uom.product_uom_dozen", 2.0, "2 Dozens", "2 Dozens "),
            ("uom.product_uom_kgm", 0.25, "0.25 kg", "0.25 kg "),
        ):
            unit = self.env.ref(name)
            self.assertEqual(in_unit(quantity, unit), alone)
            self.assertEqual(of_product(quantity, unit, product), of + product.display_name)
