"""Details of what a marketplace is told, each of which a small mistake would change unnoticed."""

from datetime import datetime, timedelta

from odoo.fields import Command, Datetime
from odoo.tests import tagged

from ..helpers.outbound_invoices import OddCase


@tagged("post_install", "-at_install")
class TestIssuanceDate(OddCase):
    def issued(self, invoice, order):
        return datetime.fromisoformat(invoice._marketplace_invoice_body(order)["issuanceDate"])

    def test_time_of_the_entry_or_noon(self):
        self.env.company.partner_id.tz = "America/Sao_Paulo"
        order = self.order_with({})
        day = datetime.combine((Datetime.now() - timedelta(days=5)).date(), datetime.min.time())
        invoice = self.posted(order, invoice_date=day.date())
        for entered, hour in ((day + timedelta(hours=15), 12), (day + timedelta(hours=20), 17)):
            self.rewrite(invoice, create_date=entered)
            self.assertEqual(self.issued(invoice, order).hour, hour)
        self.rewrite(invoice, create_date=day + timedelta(days=2))
        issued = self.issued(invoice, order)
        self.assertEqual((issued.date(), issued.hour, issued.minute), (day.date(), 12, 0))


@tagged("post_install", "-at_install")
class TestRounding(OddCase):
    def test_of_another_invoices_credit_note(self):
        self.env.company.tax_calculation_rounding_method = "round_globally"
        tax = self.env["account.tax"].create({"name": "5.5 d", "amount": 5.5})
        line = {"price_unit": 0.09, "tax_ids": [Command.set(tax.ids)], "product_uom_qty": 2}
        order = self.order_with(*[line for _number in range(9)])
        self.credit(self.part(order, *[1] * 9))
        second = self.part(order, *[1] * 9)
        self.assertTrue(second._tax_rounding())
        body = second._marketplace_invoice_body(order)
        self.assertEqual(body["invoiceValue"], round(second.amount_total * 100))


@tagged("post_install", "-at_install")
class TestSentAgain(OddCase):
    def test_number_of_a_document_that_was_refused_is_free(self):
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        self.refuse(order)
        self.marketplace.answers.append((400, {}, {}))
        self.send()
        name = invoice.name
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        again = self.invoice(order, "draft")
        again.name = name
        again.action_post()
        self.send()
        self.assertEqual(self.kinds(), [("Output", 40000)] * 2)

    def test_other_items_of_the_same_value(self):
        order = self.order_with({"product_uom_qty": 2}, {"product_id": self.cup.id})
        invoice = self.posted(order)
        self.refuse(order)
        self.send()
        invoice.button_draft()
        invoice.invoice_line_ids[0].write({"quantity": 1, "price_unit": 200})
        invoice.action_post()
        self.assertIn("was changed", self.activities(order).summary)


@tagged("post_install", "-at_install")
class TestParcels(OddCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "delivery.carrier" in cls.env:
            cls.carrier = cls.env["delivery.carrier"].create(
                {
                    "name": "Post",
                    "product_id": cls.freight.id,
                    "tracking_url": "ftp://post/<shipmenttrackingnumber>",
                }
            )

    def setUp(self):
        super().setUp()
        if "carrier_tracking_ref" not in self.env["stock.picking"]._fields:
            self.skipTest("stock_delivery is not installed")

    def parcel(self, order, number, quantity=None):
        parcel = self.open_pickings(order)[:1]
        self.ship(parcel, quantity)
        parcel.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": number})
        return parcel

    def tracking(self, order):
        bodies = [one._marketplace_invoice_body(order) for one in order._invoices_in_order()]
        return [body.get("trackingNumber") for body in bodies]

    def test_of_two_parcels_the_one_that_left_first(self):
        order = self.order_with({"product_uom_qty": 3})
        first, second = self.parcel(order, "A", 1), self.parcel(order, "B")
        self.rewrite(first, date_done=second.date_done + timedelta(hours=1))
        self.posted(order)
        self.assertEqual(self.tracking(order), ["B"])

    def test_one_parcel_for_two_invoices_belongs_to_both(self):
        order = self.order_with({"product_uom_qty": 3})
        self.parcel(order, "A", 2)
        self.parcel(order, "B")
        self.part(order, 1)
        self.part(order, 2)
        self.assertEqual(self.tracking(order), ["A", "A"])

    def test_parcel_that_two_invoices_share(self):
        order = self.order_with({"product_uom_qty": 3})
        self.parcel(order, "A", 1)
        self.parcel(order, "B")
        self.part(order, 2)
        self.part(order, 1)
        self.assertEqual(self.tracking(order), ["A", "B"])

    def test_what_has_not_left_has_no_tracking(self):
        order = self.order_with({"product_uom_qty": 3})
        order.picking_ids.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "A"})
        self.posted(order)
        self.assertEqual(self.tracking(order), [None])

    def test_exchange_is_no_parcel_of_the_order(self):
        order = self.order_with({"product_uom_qty": 1})
        parcel = self.parcel(order, "A")
        parcel.carrier_tracking_ref = False
        again = self.start_return(self.give_back(parcel))
        self.ship(again)
        again.write({"carrier_id": self.carrier.id, "carrier_tracking_ref": "B"})
        self.posted(order)
        self.assertEqual(self.tracking(order), [None])

    def test_address_that_is_none_of_the_web(self):
        order = self.order_with({})
        self.parcel(order, "A")
        body = self.posted(order)._marketplace_invoice_body(order)
        self.assertEqual((body["trackingNumber"], body.get("trackingUrl")), ("A", None))
