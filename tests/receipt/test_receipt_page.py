"""What the page of a receipt shows to whom has to decide, and of what the marketplace knows."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestReceiptPage(WarehouseCase):
    def undecided(self, order_id):
        """A receipt that needs a decision: of three pieces one has left."""
        order = self.order_of_three(order_id)
        self.ship(order.picking_ids, quantity=1)
        self.request_cancellation(order_id)
        receipt = self.receipts(order_id)
        self.assertEqual(receipt.state, "evaluating")
        return order, receipt

    def test_what_one_decides_on_is_on_the_page(self):
        order, receipt = self.undecided("PAGE-1")
        self.assertEqual(receipt.customer_id, order.partner_id)
        self.assertEqual(receipt.order_total, order.amount_total)
        self.assertEqual(receipt.order_line_ids, order.order_line)
        done = order.picking_ids.filtered(lambda own: own.state == "done")
        self.assertIn(f"{done.name} (Done)", receipt.order_transfers)
        self.assertIn("(Ready)", receipt.order_transfers)

    def test_page_says_what_follows_from_accepting(self):
        _order, receipt = self.undecided("PAGE-2")
        told = receipt.accept_text.splitlines()
        self.assertIn("the order is cancelled, with any open transfers", told[0])
        self.assertIn("A return is proposed of: 1 ×", told[1])
        receipt.action_accept()
        self.assertFalse(receipt.accept_text)

    def test_who_may_not_see_the_order_sees_nothing_of_it(self):
        order, receipt = self.undecided("PAGE-3")
        order.user_id = self.env.ref("base.user_admin")
        seller = new_test_user(
            self.env,
            "page-seller",
            "marketplace_order_cancellation.group_marketplace_user,sales_team.group_sale_salesman",
        )
        own = receipt.with_user(seller)
        self.assertFalse(own.customer_id or own.order_line_ids or own.order_total)
        self.assertFalse(own.order_transfers or own.order_invoices)
        stock = new_test_user(self.env, "page-stock", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            receipt.with_user(stock).read(["order_total"])
        self.assertEqual(receipt.with_user(stock).customer_id, order.partner_id)

    def test_salespeople_read_what_comes_back(self):
        order, receipt = self.undecided("PAGE-6")
        seller = new_test_user(self.env, "back-seller", "sales_team.group_sale_salesman")
        order.user_id = seller
        self.assertFalse(order.with_user(seller).coming_back)
        receipt.action_accept()
        self.env.invalidate_all()
        back = receipt.return_picking_ids
        told = f"{back.name} (Draft): 1 × {self.product.display_name}"
        self.assertEqual(receipt.with_user(seller).order_returns, told)
        self.assertEqual(order.with_user(seller).coming_back, told)
        for document, name in ((receipt, "order_returns"), (order, "coming_back")):
            arch = document.with_user(seller).get_view(None, "form")["arch"]
            self.assertIn(f'name="{name}"', arch)
        back.action_cancel()
        self.env.invalidate_all()
        self.assertFalse(order.with_user(seller).coming_back)

    def test_what_the_marketplace_knows(self):
        _order, receipt = self.undecided("PAGE-4")
        self.assertFalse(receipt.told_text)
        self.assertEqual(receipt.delivery_ids.status_text, "200: still deciding")
        receipt.action_accept()
        self.assertEqual(receipt.told_text, "Not told yet: learns at its next call")
        self.account.active = False
        self.assertIn("the account is archived", receipt.told_text)
        self.account.active = True
        self.assertFalse(receipt.is_answer_sent)
        told = "Not told yet: learns at its next call (Test Market)."
        self.assertIn(told, receipt.sale_order_id.marketplace_notice_details)
        self.request_cancellation("PAGE-4")
        receipt.invalidate_recordset()
        receipt.sale_order_id.invalidate_recordset()
        self.assertRegex(
            receipt.sale_order_id.marketplace_notice_details, r"Told .* \(Test Market\)\."
        )
        self.assertRegex(receipt.told_text, "^Told .*M$")
        self.assertTrue(receipt.is_answer_sent)
        self.assertEqual(receipt.delivery_ids[0].status_text, "200: cancelled")

    def test_archived_account(self):
        _order, receipt = self.undecided("PAGE-8")
        told = self.account.action_archive()
        self.assertIn("that still wait for a decision: 1.", told["params"]["message"])
        archived = "The marketplace does not learn of it, as its account is archived."
        self.assertIn(archived, receipt.accept_text)
        receipt.action_refuse("It has left.")
        self.account.action_unarchive()
        self.assertFalse(self.account.action_archive())

    def test_refusal_is_an_answer_to_the_next_call(self):
        _order, receipt = self.undecided("PAGE-5")
        receipt.action_refuse("It is on its way.")
        self.assertFalse(receipt.is_answer_sent)
        self.assertEqual(receipt.told_text, "Not told yet: learns at its next call")
        self.request_cancellation("PAGE-5")
        self.env.invalidate_all()
        self.assertTrue(receipt.is_answer_sent)
        self.assertRegex(receipt.told_text, "^Told .*M$")
        self.assertRegex(
            receipt.sale_order_id.marketplace_notice_details, r"Told .* \(Test Market\)\."
        )

    def test_order_is_cancelled_there_only_once_the_marketplace_knows(self):
        order, receipt = self.undecided("PAGE-6")
        receipt.action_accept()
        asked = "Test Market asked to cancel this order; it is cancelled here."
        self.assertEqual(order.marketplace_notice, asked)
        self.request_cancellation("PAGE-6")
        self.env.invalidate_all()
        self.assertEqual(order.marketplace_notice, "Test Market has cancelled this order.")

    def test_kept_order_whose_marketplace_only_asked(self):
        order, receipt = self.undecided("PAGE-7")
        self.assertIn("asked to cancel it. The marketplace gets", self.follows(receipt, "keep"))
        receipt.action_keep("The shopper wants it.")
        asked = "Test Market asked to cancel this order; it is kept open here."
        self.assertEqual(order.marketplace_notice, asked)
        self.assertEqual(self.kept_banner(receipt), ["The marketplace asked to cancel the order"])
        self.request_cancellation("PAGE-7")
        self.env.invalidate_all()
        self.assertEqual(
            self.kept_banner(receipt), ["Cancelled at the marketplace, kept open here."]
        )

    def kept_banner(self, receipt):
        """The sentences that the page of a kept receipt begins with, up to a semicolon."""
        arch = etree.fromstring(receipt.get_view(view_type="form")["arch"])
        values = {"told_state": receipt.told_state, "cancelled_there": receipt.cancelled_there}
        parts = arch.iterfind(".//div[@invisible=\"state != 'kept'\"]/div")
        return [
            part.text.split(";")[0]
            for part in parts
            if not safe_eval(part.get("invisible"), dict(values))
        ]

    def follows(self, receipt, decision):
        values = {"receipt_id": receipt.id, "decision": decision}
        return self.env["marketplace.decision"].new(values).follows

    def test_dialogs_say_what_the_marketplace_learns(self):
        _order, receipt = self.undecided("PAGE-9")
        self.assertIn("told your reason when it calls again", self.follows(receipt, "refuse"))
        self.account.action_archive()
        for decision in ("refuse", "keep"):
            text = self.follows(receipt, decision)
            self.assertIn("does not learn of it, as its account is archived.", text)
            self.assertNotIn("told your reason", text)
            self.assertNotIn("confirmation", text)
        self.rewrite(receipt, cancelled_there=True)
        known = "The order stays open here, although it is cancelled at the marketplace."
        self.assertEqual(self.follows(receipt, "keep"), known)

    def test_question_names_the_act(self):
        arch = self.env["marketplace.cancellation.receipt"].get_view(view_type="form")["arch"]
        for button in etree.fromstring(arch).iterfind(".//button[@name='action_accept']"):
            self.assertTrue(button.get("confirm-title"), etree.tostring(button))
            self.assertNotIn(button.get("confirm-label"), (None, "Accept", "Ok", "OK"))

    def test_list_takes_as_many_queries_for_many_receipts(self):
        """With every column, for who sees the orders."""
        made = [self.undecided(f"LIST-{number}")[1] for number in range(12)]
        receipts = made[0].union(*made).with_user(self.env.ref("base.user_admin"))
        arch = receipts.get_view(view_type="list")["arch"]
        columns = {name: {} for name in etree.fromstring(arch).xpath("/list/field/@name")}

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(some.web_read(columns)[0]["customer_id"])
            return self.env.cr.sql_log_count - before

        few, many = receipts.browse(receipts[:3].ids), receipts.browse(receipts.ids)
        self.assertEqual(len(many), 12)
        queries(many)  # warms up
        self.assertEqual(queries(many), queries(few))
