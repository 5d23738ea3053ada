"""What reports count of changes: the value that they take out of orders."""

from odoo.tests import tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestChangeFigures(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.list_price = 10

    def taken(self, order_id, **quantities):
        """The receipt of a change by which ``quantities`` were taken out of an order."""
        self.ask_change(order_id, remove=self.items(**quantities))
        self.confirm_change(order_id)
        receipt = self.change_of(order_id)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        return receipt

    def assertFigures(self, receipt, stage, called_off):
        self.assertEqual((receipt.stage, receipt.called_off), (stage, called_off))

    def test_part(self):
        self.order_of_both("FIG-1")
        self.assertFigures(self.taken("FIG-1", POT=2), "untouched", 20)

    def test_without_taxes(self):
        tax = self.env["account.tax"].create({"name": "19 %", "amount": 19})
        self.product.taxes_id = tax
        self.order_of_both("FIG-1")
        self.assertFigures(self.taken("FIG-1", POT=2), "untouched", 20)

    def test_in_the_companys_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "rate": 2, "name": "2020-01-01"}
        )
        pricelist = self.env["product.pricelist"].create({"name": "€", "currency_id": euro.id})
        order = self.order_of_both("FIG-1", pricelist_id=pricelist.id)
        self.assertEqual(order.amount_untaxed, 100)
        self.assertFigures(self.taken("FIG-1", POT=2), "untouched", 20)

    def test_being_picked(self):
        order = self.order_of_both("FIG-1")
        order.order_line.move_ids.picked = True
        self.assertFigures(self.taken("FIG-1", POT=1), "picking", 10)

    def test_nothing_is_left(self):
        self.order_of_both("FIG-1")
        self.assertFigures(self.taken("FIG-1", POT=3, CUP=2), "untouched", 50)

    def test_then_the_rest(self):
        order = self.order_of_both("FIG-1")
        part = self.taken("FIG-1", POT=2)
        self.cancel_asking_nobody(order)
        whole = self.receipts("FIG-1") - part
        self.assertEqual((part.called_off, whole.called_off), (20, 30))

    def test_of_a_cancelled_order(self):
        order = self.order_of_both("FIG-1")
        order._action_cancel()
        self.assertFigures(self.taken("FIG-1", POT=2), "cancelled", 0)

    def test_refused(self):
        self.order_of_both("FIG-1")
        self.ask_change("FIG-1", remove=self.items(SPOON=2))
        self.assertFigures(self.change_of("FIG-1"), False, 0)
