"""What orders, transfers and slips tell of a part that the seller took out."""

from odoo.tests import new_test_user, tagged

from ..helpers.seller_parts import SellerPartCase


@tagged("post_install", "-at_install")
class TestSellerPartTold(SellerPartCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.walter = new_test_user(cls.env, "walter", "stock.group_stock_user", name="Walter")

    def assertTells(self, document, headline, details):
        document.invalidate_recordset()
        self.assertEqual(document.marketplace_notice_kind, "part")
        for text in headline:
            self.assertIn(text, document.marketplace_notice)
        for text in details:
            self.assertIn(text, document.marketplace_notice_details)

    def test_documents_say_what_who_when_and_why(self):
        for order_id, tell in (("SPT-1", True), ("SPT-2", False)):
            order = self.order_of_both(order_id)
            self.take_out(order, tell=tell, POT=1)
            for document in (order, order.picking_ids.with_user(self.walter)):
                with self.subTest(order_id, document=document._name):
                    told = "Taken out by Sally on ", ": 1 × [POT] Teapot."
                    self.assertTells(document, told, ["Reason: “Cracked”."])
                    self.assertFalse(document.marketplace_hold)

    def test_lines_say_how_much(self):
        order = self.order_of_both("SPT-3")
        self.take_out(order, POT=1)
        self.take_out(order, tell=False, POT=1)
        texts = [self.line_of(order, sku).change_text for sku in ("POT", "CUP")]
        self.assertEqual(texts, ["2 taken out", False])

    def test_slip_says_that_it_was_changed(self):
        order = self.order_of_both("SPT-4")
        self.take_out(order, tell=False, POT=1)
        picking = order.picking_ids
        self.assertEqual(picking._notice_in_large_letters(), "CHANGED")
        self.assertFalse(picking._notice_in_large_letters(for_customer=True))
        render = self.env["ir.actions.report"]._render_qweb_html
        html = render("stock.report_picking", picking.ids)[0].decode()
        self.assertIn("Taken out by Sally on ", html)
        self.assertIn("Cracked", html)

    def test_all_of_them_are_told_the_newest_first(self):
        order = self.order_of_both("SPT-5")
        self.take_out(order, POT=1, CUP=1)
        self.env["marketplace.seller.part"].search([]).taken_out_at = "2026-01-01 00:00:00"
        self.take_out(order, reason="Lost.", tell=False, POT=1)
        headline = [": 1 × [POT] Teapot."]
        earlier = ["Reason: “Lost”.", "1 × [POT] Teapot", "1 × [CUP] Cup", "Reason: “Cracked”."]
        self.assertTells(order, headline, earlier)

    def test_what_the_marketplace_took_out_is_told_as_well(self):
        order = self.order_of_both("SPT-6")
        self.take_out(order, tell=False, POT=1)
        self.ask_change("SPT-6", remove=self.items(CUP=1))
        self.confirm_change("SPT-6")
        self.assertTells(
            order, ["Taken out by Test Market", "Cup"], ["Taken out by Sally", "Teapot"]
        )

    def test_what_comes_back_says_so_and_not_that_the_order_is_cancelled(self):
        order = self.order_of_both("SPT-7")
        self.ship(order.picking_ids)
        self.take_out(order, POT=1)
        back = order.sudo().seller_return_ids
        self.assertEqual(back.move_ids.mapped("product_uom_qty"), [1])
        headline = ["Taken out by Sally on ", ": 1 × [POT] Teapot. This brings goods back."]
        self.assertTells(back.with_user(self.walter), headline, ["Cracked"])

    def test_nobody_reads_or_writes_the_records(self):
        order = self.order_of_both("SPT-8")
        self.take_out(order, POT=1)
        parts = self.env["marketplace.seller.part"].with_user(self.salesman)
        self.assertFalse(parts.has_access("read") or parts.has_access("create"))

    def test_order_that_is_cancelled_says_it_below(self):
        order = self.order_of_both("SPT-9")
        self.take_out(order, POT=1)
        self.request_cancellation("SPT-9")
        order.invalidate_recordset()
        self.assertEqual(order.marketplace_notice_kind, "cancelled")
        self.assertIn("Taken out by Sally", order.marketplace_notice_details)
