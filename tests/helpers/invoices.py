"""Orders of three pieces, and what is invoiced for them."""

from odoo.tests import new_test_user
from odoo.tools import html2plaintext

from .warehouse import WarehouseCase


class InvoiceCase(WarehouseCase):
    """Orders of three pieces for 10 each, and what is invoiced together for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.on_invoiced = "credit_note"
        cls.product.list_price = 10
        cls.accountant = new_test_user(
            cls.env, "mkt_invoices", "account.group_account_invoice,sales_team.group_sale_salesman"
        )
        cls.responsible = new_test_user(
            cls.env, "mkt_responsible", "sales_team.group_sale_salesman_all_leads"
        )
        cls.account.user_id = cls.responsible
        cls.extra = cls.make_product("Extra", list_price=7, invoice_policy="order")

    @classmethod
    def make_order(cls, *args, **values):
        values.setdefault("user_id", cls.accountant.id)
        return super().make_order(*args, **values)

    def orders(self, number, prefix="I", **values):
        return self.env["sale.order"].concat(
            *(self.order_of_three(f"{prefix}-{index}", **values) for index in range(number))
        )

    def credit(self, invoice, quantities=None, post=True):
        """A credit note of ``invoice`` as an accountant makes it.

        :param quantities: ``{order line: quantity}``, the others not at all; by default everything
        """
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        wizard.refund_moves()
        note = wizard.new_move_ids
        if quantities is not None:
            for line in note.invoice_line_ids:
                line.quantity = quantities.get(line.sale_line_ids, 0)
            note.invoice_line_ids.filtered(lambda line: not line.quantity).unlink()
        if post:
            note.action_post()
        return note

    def drafted(self, invoices):
        return invoices.reversal_move_ids.filtered(lambda move: move.state == "draft")

    def post_drafted(self, orders):
        notes = orders.order_line.invoice_lines.move_id.filtered(
            lambda move: move.state == "draft" and move.move_type == "out_refund"
        )
        notes.action_post()
        return notes

    def billed(self, orders):
        """What these orders are billed for, as Odoo counts it."""
        self.env.invalidate_all()
        return [
            (line.qty_invoiced, round(line.amount_invoiced, 2), line.invoice_status)
            for line in orders.order_line
        ]

    def activities(self, *documents):
        return [
            (activity.user_id, html2plaintext(activity.note))
            for document in documents
            for activity in document.activity_ids
        ]

    def assertNothingBilled(self, order):
        self.assertEqual({billed[:2] for billed in self.billed(order)}, {(0, 0)})

    def assertAsked(self, document, text, user=None):
        """One activity on ``document`` that says ``text``."""
        ((asked, note),) = self.activities(document)
        self.assertIn(text, note)
        self.assertEqual(asked, user or self.accountant)


class DownPaymentCase(InvoiceCase):
    def final_invoice(self, order, post=True):
        invoice = order._create_invoices(final=True)
        if post:
            invoice.action_post()
        return invoice
