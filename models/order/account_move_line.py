from odoo import models
from odoo.tools import float_round

from ...tools.billing import BilledLine, is_same_quantity


class AccountMoveLine(models.Model):
    """A line of an invoice or of a credit note, as far as it bills or credits orders."""

    _inherit = "account.move.line"

    def _as_billed_line(self, invoice):
        """This line as a :class:`~tools.billing.BilledLine`, in the unit of its order line.

        :param invoice: the invoice that it is on, or that it credits, may be empty
        """
        self.ensure_one()
        order_lines = tuple(sorted(self.sale_line_ids.ids))
        factor = self._factor_to_order_unit()
        price = self.price_unit * (1 - self.discount / 100) / factor
        return BilledLine(
            key=self.id,
            # what is on no order belongs to its invoice
            group=(order_lines, None) if order_lines else ((), invoice.id),
            invoice=invoice.id,
            terms=(round(price, 6), self.currency_id.id, frozenset(self.tax_ids.ids)),
            quantity=self.quantity * factor,
            currency=self.currency_id.id,
            amount=round(self.price_total / self.currency_id.rounding),
        )

    def _is_in_group(self, group):
        """Whether this line has to do with what ``group`` of :meth:`_as_billed_line` names."""
        order_line_ids, invoice_id = group
        return self.move_id.id == invoice_id or bool(
            set(order_line_ids) & set(self.sale_line_ids.ids)
        )

    def _factor_to_order_unit(self):
        """By what a quantity of this line is multiplied to be one of its order line."""
        unit = self.sale_line_ids[:1].product_uom_id
        if not (unit and self.product_uom_id):
            return 1.0
        return self.product_uom_id._compute_quantity(1.0, unit, round=False)

    def _in_own_unit(self, quantity):
        """``quantity``, in the unit of the order line, in that of this line."""
        return quantity / self._factor_to_order_unit()

    def _is_of_no_order(self):
        """Whether this line bills something that is on no order."""
        return self.display_type == "product" and not self.sale_line_ids

    def _is_somebody_elses(self, orders):
        """Whether this line is on no order, and others than ``orders`` are on the same invoice."""
        return self._is_of_no_order() and bool(self.move_id._orders_billed() - orders)

    def _reason_to_ask(self, quantity, orders):
        """Why a person has to credit ``quantity`` of this line, empty if a machine may.

        :param orders: the cancelled orders
        """
        if self.sale_line_ids.order_id - orders:
            return self.env._("One of its lines bills several orders.")
        if self.move_id.move_type != "out_invoice":
            return self.env._("It is a receipt.")
        if self.company_id - orders.company_id:
            return self.env._("It belongs to another company.")
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        if not is_same_quantity(float_round(quantity, precision_digits=digits), quantity):
            return self.env._("What is left of a line cannot be said in its unit.")
        return ""
