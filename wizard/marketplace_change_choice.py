from odoo import api, fields, models
from odoo.fields import Command


class MarketplaceChangeChoice(models.TransientModel):
    """Asks how much is taken out of which line, where a change may mean several."""

    _name = "marketplace.change.choice"
    _description = "Choose the Lines of a Change"

    receipt_id = fields.Many2one("marketplace.cancellation.receipt", required=True, readonly=True)
    line_ids = fields.One2many(
        "marketplace.change.choice.line",
        "choice_id",
        "Lines",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    accept_text = fields.Text(compute="_compute_accept_text")
    sums_text = fields.Char(compute="_compute_sums", help="How much is chosen of what is asked.")
    is_complete = fields.Boolean(compute="_compute_sums")

    @api.depends("receipt_id")
    def _compute_line_ids(self):
        self.receipt_id.check_access("read")
        for wizard in self:
            receipt = wizard.receipt_id._origin
            candidates = receipt._candidates() if receipt.is_choice_needed else ()
            wizard.line_ids = [
                Command.create({"change_line_id": candidate.id}) for candidate in candidates
            ]

    @api.depends("receipt_id")
    def _compute_accept_text(self):
        self.receipt_id.check_access("read")
        for wizard in self:
            wizard.accept_text = wizard.receipt_id._describe_choice()

    @api.depends("line_ids.quantity")
    @api.depends_context("lang")
    def _compute_sums(self):
        for wizard in self:
            lines = wizard.line_ids.grouped("sku")
            sums = {sku: own._pieces() for sku, own in lines.items()}
            asked = {sku: own[0].asked for sku, own in lines.items()}
            wizard.is_complete = sums == asked
            wizard.sums_text = " · ".join(
                self.env._(
                    "%(sku)s: %(chosen)s of %(asked)s chosen",
                    sku=sku,
                    chosen=f"{sums[sku]:g}",
                    asked=asked[sku],
                )
                for sku in lines
            )

    def action_take_out(self):
        """Take out what was chosen: that accepts the change.

        :raise UserError: if it is not as much as the change asks for
        """
        self.ensure_one()
        quantities = {line.change_line_id.id: line.quantity for line in self.line_ids}
        self.receipt_id._choose_lines(quantities)
        self.receipt_id.action_accept()


class MarketplaceChangeChoiceLine(models.TransientModel):
    """A line that may be meant, and how much is taken out of it."""

    _name = "marketplace.change.choice.line"
    _description = "Line That a Change May Mean"

    choice_id = fields.Many2one("marketplace.change.choice", required=True, ondelete="cascade")
    change_line_id = fields.Many2one("marketplace.change.line", required=True, ondelete="cascade")
    description = fields.Char("Item", compute="_compute_change_line")
    sku = fields.Char("SKU", compute="_compute_change_line")
    unit = fields.Char(compute="_compute_change_line")
    asked = fields.Integer(compute="_compute_change_line")
    ordered_before = fields.Float(compute="_compute_change_line", digits="Product Unit")
    shipped = fields.Float(compute="_compute_change_line", digits="Product Unit")
    invoiced = fields.Float(compute="_compute_change_line", digits="Product Unit")
    price_text = fields.Char("Price", compute="_compute_change_line")
    quantity = fields.Float("Take Out", digits="Product Unit")

    @api.depends("change_line_id")
    def _compute_change_line(self):
        """What is known of the line, as the user: somebody could name one of another company."""
        lines = self.change_line_id
        lines.check_access("read")
        names = ["description", "sku", "unit", "asked", "ordered_before", "shipped", "invoiced"]
        may_know_prices = lines._has_field_access(lines._fields["price_text"], "read")
        for line in self:
            for name in names:
                line[name] = line.change_line_id[name]
            line.price_text = may_know_prices and line.change_line_id.price_text

    def _pieces(self):
        """How many pieces are chosen of these lines, as the marketplace counts them."""
        quantities = {line.change_line_id.id: line.quantity for line in self}
        return self.change_line_id._pieces_of(quantities)
