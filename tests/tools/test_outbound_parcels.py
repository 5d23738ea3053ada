"""Which parcel brings what an invoice bills."""

from unittest import TestCase

from ...tools.outbound.parcels import first_parcels


class TestParcels(TestCase):
    def test_invoice_has_the_parcel_of_its_goods(self):
        billed = {("I1", "tea"): 2.0, ("I2", "pots"): 1.0}
        parcels = [("P1", {"pots": 1.0}), ("P2", {"tea": 2.0})]
        self.assertEqual(first_parcels(billed, parcels), {"I1": "P2", "I2": "P1"})

    def test_of_several_parcels_the_first(self):
        parcels = [("P1", {"tea": 1.0}), ("P2", {"tea": 1.0})]
        self.assertEqual(first_parcels({("I1", "tea"): 2.0}, parcels), {"I1": "P1"})

    def test_what_an_earlier_invoice_bills_is_not_of_a_later_one(self):
        billed = {("I1", "tea"): 1.0, ("I2", "tea"): 1.0}
        parcels = [("P1", {"tea": 1.0}), ("P2", {"tea": 1.0})]
        self.assertEqual(first_parcels(billed, parcels), {"I1": "P1", "I2": "P2"})

    def test_parcel_may_bring_what_two_invoices_bill(self):
        billed = {("I1", "tea"): 1.0, ("I2", "tea"): 1.0}
        self.assertEqual(first_parcels(billed, [("P1", {"tea": 2.0})]), {"I1": "P1", "I2": "P1"})

    def test_what_is_credited_or_elsewhere_has_none(self):
        billed = {("I1", "tea"): -1.0, ("I2", "pots"): 1.0}
        self.assertEqual(first_parcels(billed, [("P1", {"tea": 1.0})]), {})
