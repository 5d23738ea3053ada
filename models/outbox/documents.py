from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.outbound.document import digits_of, is_plain, plain_number
from ...tools.outbound.texts import text_of_number


def is_text(field):
    """Whether ``field`` of a model, or None, may hold a number or a SKU: a text, a whole number."""
    return bool(field) and field.type in ("char", "integer")


class MarketplaceAccount(models.Model):
    """How invoices that are sent name themselves and the products on them."""

    _inherit = "marketplace.account"

    invoice_number_source = fields.Selection(
        [
            ("plain", "Hyphens for slashes"),
            ("digits", "Its digits alone"),
            ("name", "As it is"),
            ("field", "Another field"),
        ],
        "Invoice Number",
        required=True,
        default="plain",
        tracking=True,
        help="What the marketplace gets as the number of an invoice. VTEX does not accept the "
        "tracking of a parcel whose invoice number has a slash.",
    )
    invoice_number_field = fields.Char(
        "Field of the Invoice",
        tracking=True,
        help="The technical name of the field that holds, for example, the fiscal number.",
    )
    sku_source = fields.Selection(
        [
            ("default_code", "Internal reference"),
            ("barcode", "Barcode"),
            ("field", "Another field"),
        ],
        "SKU",
        required=True,
        default="default_code",
        tracking=True,
        help="The field by which the marketplace knows a product. A marketplace SKU on the order "
        "line takes precedence.",
    )
    sku_field = fields.Char(
        "Field of the Product",
        tracking=True,
        help="The technical name of the field that holds the marketplace's SKU; id is Odoo's own.",
    )

    @api.constrains("invoice_number_source", "invoice_number_field", "sku_source", "sku_field")
    def _check_document_fields(self):
        for account in self:
            if account.invoice_number_source == "field":
                account._check_text_field("account.move", account.invoice_number_field)
            if account.sku_source == "field":
                account._check_text_field("product.product", account.sku_field)

    def _check_text_field(self, model, name):
        """:raise ValidationError: unless ``model`` has such a field, which everybody may read"""
        field = self.env[model]._fields.get((name or "").strip())
        if not is_text(field) or field.groups:
            text = self.env._(
                "%(model)s has no field “%(field)s” that holds a text or a whole number.",
                model=self.env["ir.model"]._get(model).name,
                field=name or "",
            )
            raise ValidationError(text)

    def _invoice_number(self, invoice):
        """The number of ``invoice`` for this marketplace, empty if it has none."""
        number = self._text_in(invoice, self._invoice_number_name())
        shorten = {"plain": plain_number, "digits": digits_of}.get(self.invoice_number_source, str)
        return shorten(number)

    def _invoice_number_name(self):
        """The field of an invoice that holds its number for this marketplace."""
        is_other = self.invoice_number_source == "field"
        return (self.invoice_number_field or "").strip() if is_other else "name"

    def _sku_of(self, product):
        """The SKU by which this marketplace knows ``product``, empty if it has none."""
        field = self.sku_field if self.sku_source == "field" else self.sku_source
        return self._text_in(product.with_company(self.company_id), field)

    def _text_in(self, record, name):
        name = (name or "").strip()
        if name not in record._fields:  # of an addon that was uninstalled
            return ""
        return str(record[name] or "").strip()

    def _warn_of_numbers(self):
        """Why the marketplace would take no tracking of the latest invoice, None if it would."""
        # sudo: a user who sets up an account need not see invoices
        invoices = self.env["account.move"].sudo()
        domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        domain += [("company_id", "=", self.company_id.id)]
        latest = invoices.search(domain, order="id desc", limit=1)
        number = latest and self._invoice_number(latest)
        if not latest or is_plain(number):
            return None
        return text_of_number(self.env, number, latest.name)
