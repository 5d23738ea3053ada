from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.common import MarketplaceCase


@tagged("post_install", "-at_install")
class TestBranches(MarketplaceCase):
    """A branch has its main company's journals and taxes, and orders of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].create(
            {"name": "A Branch", "parent_id": cls.company.id}
        )
        cls.env.user.company_ids |= cls.branch
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=[cls.company.id, cls.branch.id])
        )
        cls.branch_account = cls.make_account("branch", company_id=cls.branch.id, user_id=False)
        cls.branch_warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.branch.id)], limit=1
        ) or cls.env["stock.warehouse"].create(
            {"name": "Of the Branch", "code": "BRA", "company_id": cls.branch.id}
        )
        cls.put_in_stock(cls.product, 10, cls.branch_warehouse)

    def order_of_branch(self, name, **values):
        order = self.make_order(
            name,
            quantity=3,
            company_id=self.branch.id,
            warehouse_id=self.branch_warehouse.id,
            marketplace_account_id=self.branch_account.id,
            **values,
        ).with_company(self.branch)
        order.action_confirm()
        return order

    def test_its_orders_are_cancelled(self):
        order = self.order_of_branch("BR-1")
        answer = self.request_cancellation("BR-1", account=self.branch_account)
        self.assertEqual(answer.status, 200)
        self.assertEqual((order.state, order.picking_ids.state), ("cancel", "cancel"))
        receipt = order.cancellation_receipt_ids
        self.assertEqual((receipt.company_id, receipt.state), (self.branch, "cancelled"))

    def test_its_invoices_are_credited(self):
        """In the journal of the main company, in the name of the branch."""
        self.branch_account.on_invoiced = "credit_note"
        self.product.invoice_policy = "order"
        income = self.product.categ_id.property_account_income_categ_id
        self.product.with_company(self.branch).property_account_income_id = income
        receivable = self.partner.property_account_receivable_id
        self.partner.with_company(self.branch).property_account_receivable_id = receivable
        order = self.order_of_branch("BR-2")
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.company_id, self.branch)
        answer = self.request_cancellation("BR-2", account=self.branch_account)
        self.assertEqual(answer.status, 200)
        self.assertEqual(order.state, "cancel")
        note = order.invoice_ids - invoice
        self.assertEqual((note.move_type, note.company_id), ("out_refund", self.branch))
        self.assertEqual((note.state, note.amount_total), ("draft", invoice.amount_total))

    def test_neither_reaches_the_others(self):
        """A branch is a company of its own, and so is what its marketplace sells."""
        order = self.order_of_branch("BR-3")
        answer = self.request_cancellation("BR-3")
        self.assertEqual(answer.status, 404)
        self.assertEqual(order.state, "sale")
        own = self.make_order("BR-4", confirm=True)
        answer = self.request_cancellation("BR-4", account=self.branch_account)
        self.assertEqual(answer.status, 404)
        self.assertEqual(own.state, "sale")

    def test_an_account_of_the_main_company_has_no_orders_of_the_branch(self):
        with self.assertRaises(UserError):
            self.make_order(
                "BR-5",
                company_id=self.branch.id,
                warehouse_id=self.branch_warehouse.id,
                marketplace_account_id=self.account.id,
            )
