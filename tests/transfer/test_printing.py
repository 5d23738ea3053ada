"""What is printed of a transfer on hold, or cancelled by a marketplace."""

from lxml import html
from reportlab.graphics.utils import RenderPMError

from odoo.addons.stock.models.stock_picking import StockPicking
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.notices import NoticeCase

SLIP = "stock.action_report_picking"
DELIVERY_SLIP = "stock.action_report_delivery"


class PrintingCase(NoticeCase):
    def needs_barcodes(self):
        """Skip the test where Odoo can print no picking slip at all."""
        try:
            self.env["ir.actions.report"].barcode("Code128", "WH/OUT/1")
        except (RenderPMError, ValueError) as error:
            self.skipTest(f"no barcodes can be drawn: {error}")

    def printed(self, report, pickings, user=None):
        """The text of the large letters on each page of what ``user`` prints."""
        reports = self.env["ir.actions.report"].with_user(user or self.walter)
        content, _type = reports._render_qweb_html(report, pickings.ids)
        pages = html.fromstring(content).xpath(
            "//div[contains(concat(' ', @class, ' '), ' page ')]"
        )
        self.assertEqual(len(pages), len(pickings))
        return [
            " ".join(" ".join(page.xpath(".//div[@name='marketplace_notice']//text()")).split())
            for page in pages
        ]


@tagged("post_install", "-at_install")
class TestPickingSlip(PrintingCase):
    def setUp(self):
        super().setUp()
        self.needs_barcodes()

    def test_slip_says_that_the_order_is_on_hold(self):
        order, _receipt = self.asked("P-1")
        (letters,) = self.printed(SLIP, order.picking_ids)
        self.assertTrue(letters.startswith("ON HOLD: DO NOT SHIP Test Market asks to cancel"))
        self.assertIn("Reason: “Wrong size”.", letters)

    def test_slip_says_that_the_order_is_cancelled(self):
        order = self.cancelled("P-2", reason="Wrong size")
        (letters,) = self.printed(SLIP, order.picking_ids)
        self.assertTrue(letters.startswith("CANCELLED Test Market has cancelled this order."))
        self.assertIn("Reason: “Wrong size”.", letters)

    def test_what_goes_on_is_printed_as_ever(self):
        free = self.order_of_three("P-3")
        refused, receipt = self.asked("P-4")
        receipt.action_refuse("It leaves today.")
        self.assertEqual(self.printed(SLIP, (free | refused).picking_ids), ["", ""])

    def test_each_page_says_its_own(self):
        held, _receipt = self.asked("P-5")
        orders = held | self.order_of_three("P-6") | self.cancelled("P-7")
        letters = self.printed(SLIP, orders.picking_ids.sorted("id"))
        self.assertEqual([text[:9] for text in letters], ["ON HOLD: ", "", "CANCELLED"])

    def test_what_is_done_or_comes_back_says_nothing(self):
        order = self.order_of_three("P-8", steps="two", done=1)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        receipt = self.cancel(order)
        self.assertEqual(self.printed(SLIP, done | receipt.return_picking_ids), ["", ""])

    def test_the_button_prints_it_and_sends_nobody(self):
        held, _receipt = self.asked("P-9")
        free = self.order_of_three("P-10")
        pickings = (held | free).picking_ids.with_user(self.walter)
        action = pickings.do_print_picking()
        self.assertEqual(action["report_name"], "stock.report_picking")
        self.assertEqual(action["context"]["active_ids"], pickings.ids)
        self.assertEqual(pickings.mapped("printed"), [False, True])

    def test_the_button_returns_what_others_return(self):
        free = self.order_of_three("P-14").picking_ids
        theirs = {"type": "ir.actions.act_window_close"}
        self.patch(StockPicking, "do_print_picking", lambda _pickings: theirs)
        self.assertEqual(free.do_print_picking(), theirs)
        held, _receipt = self.asked("P-15")
        action = (held.picking_ids | free).with_user(self.walter).do_print_picking()
        self.assertEqual(action["report_name"], "stock.report_picking")


@tagged("post_install", "-at_install")
class TestShippingPapers(PrintingCase):
    def test_delivery_slip_of_what_is_cancelled_says_so_but_not_why(self):
        order = self.cancelled("P-11", reason="Wrong size", requestedByUser=True)
        (letters,) = self.printed(DELIVERY_SLIP, order.picking_ids)
        self.assertEqual(letters, "CANCELLED Test Market has cancelled this order.")

    def test_delivery_slip_of_what_goes_on_is_printed_as_ever(self):
        self.assertEqual(self.printed(DELIVERY_SLIP, self.order_of_three("P-12").picking_ids), [""])

    def test_nothing_to_ship_with_is_printed_on_hold(self):
        order, _receipt = self.asked("P-13")
        for report in (DELIVERY_SLIP, "stock.action_report_picking_packages"):
            with self.assertRaisesRegex(UserError, "wait for the decision"):
                self.printed(report, order.picking_ids)

    def test_no_list_of_a_batch_with_something_on_hold(self):
        self.needs("stock_picking_batch", "stock.picking.batch")
        order, receipt = self.asked("P-14")
        batch = self.env["stock.picking.batch"].create({"picking_ids": order.picking_ids.ids})
        reports = self.env["ir.actions.report"].with_user(self.walter)
        report = "stock_picking_batch.action_report_picking_batch"
        with self.assertRaisesRegex(UserError, order.picking_ids.name):
            reports._render_qweb_html(report, batch.ids)
        self.needs_barcodes()
        receipt.action_refuse("It leaves today.")
        content, _type = reports._render_qweb_html(report, batch.ids)
        self.assertIn(order.picking_ids.name, content.decode())
