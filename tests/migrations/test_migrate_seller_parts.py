"""From 19.0.1.12: what sellers have taken out, as far as the marketplace was told."""

from odoo.tests import tagged

from ..helpers.migrations import MigrationCase
from ..helpers.seller_parts import SellerPartCase


@tagged("post_install", "-at_install")
class TestFrom190112(MigrationCase, SellerPartCase):
    def migrate(self):
        self.run_script("19.0.1.13.0", former="19.0.1.12.0")

    def test_what_was_told_is_noted_once(self):
        order = self.order_of_both("MSP-1")
        self.take_out(order, POT=1)
        self.take_out(self.order_of_both("MSP-2"), tell=False, POT=1)
        parts = self.env["marketplace.seller.part"]
        names = ["sale_order_id", "sale_line_id", "quantity", "user_id", "reason"]
        before = order.sudo().seller_part_ids.read(names, load="")
        parts.search([]).unlink()
        for _twice in range(2):
            self.migrate()
        noted = parts.search([])
        self.assertEqual(noted.sale_order_id, order)
        self.assertEqual(
            [dict(own, id=0) for own in noted.read(names, load="")],
            [dict(own, id=0) for own in before],
        )

    def test_all_that_was_told_of_one_order_is_noted_the_newest_last(self):
        order = self.order_of_both("MSP-4")
        self.take_out(order, POT=1)
        self.take_out(order, reason="Lost.", CUP=1)
        self.env["marketplace.seller.part"].search([]).unlink()
        for _twice in range(2):
            self.migrate()
        noted = order.sudo().seller_part_ids.sorted("id")
        self.assertEqual(noted.mapped("reason"), ["Cracked.", "Lost."])

    def test_what_the_marketplace_did_not_take_is_not_noted(self):
        order = self.order_of_both("MSP-3")
        call = self.take_out(order, POT=1)
        call._end("failed")
        self.env["marketplace.seller.part"].search([]).unlink()
        self.migrate()
        self.assertFalse(order.sudo().seller_part_ids)
