from odoo import api, fields, models
from odoo.fields import Command


class MarketplaceOrderPart(models.TransientModel):
    """Asks which part of a marketplace's order a person takes out, and says what follows."""

    _name = "marketplace.order.part"
    _description = "Take a Part Out of a Marketplace Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    line_ids = fields.One2many(
        "marketplace.order.part.line",
        "part_id",
        "Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    reason = fields.Text()
    marketplace_account_id = fields.Many2one("marketplace.account", compute="_compute_obstacles")
    marketplace_order_id = fields.Char(compute="_compute_obstacles")
    obstacle = fields.Text(
        compute="_compute_obstacles", help="Why nothing can be taken out at the moment."
    )
    can_tell = fields.Boolean(
        compute="_compute_obstacles", help="The marketplace can be called, and expects the goods."
    )
    is_everything = fields.Boolean(
        compute="_compute_consequences", help="Nothing would be left of the order."
    )
    is_something = fields.Boolean(compute="_compute_consequences")
    obstacle_there = fields.Text(
        compute="_compute_consequences", help="Why the marketplace would not take it out."
    )
    obstacle_here = fields.Text(
        compute="_compute_consequences", help="Why this quantity cannot be taken out here."
    )
    consequences = fields.Text(compute="_compute_consequences")

    @api.depends("order_id")
    def _compute_line_ids(self):
        self.order_id.check_access("read")
        for wizard in self:
            # sudo: which of its lines the marketplace knows depends on its account
            lines = wizard.order_id.sudo()._lines_sold()
            own = [Command.create({"sale_line_id": line.id}) for line in lines]
            wizard.line_ids = [Command.clear(), *own]

    @api.depends("order_id")
    def _compute_obstacles(self):
        self.order_id.check_access("read")
        for wizard in self:
            # sudo: a user who changes the order need not see accounts, receipts or calls
            order = wizard.order_id.sudo()
            account = order.marketplace_account_id
            wizard.marketplace_account_id = account
            wizard.marketplace_order_id = order.marketplace_order_id
            wizard.obstacle = order._obstacle_to_parts()
            wizard.can_tell = account.tells_parts and order._can_cancel_at_marketplace()

    @api.depends("order_id", "line_ids.quantity", "line_ids.flaw")
    def _compute_consequences(self):
        self.order_id.check_access("read")
        for wizard in self:
            order, quantities = wizard.order_id.sudo(), wizard._quantities()
            wizard.is_something = bool(quantities)
            wizard.is_everything = bool(quantities) and order._is_all_of_order(quantities)
            wizard.obstacle_there = wizard.consequences = False
            wizard.obstacle_here = "\n".join(filter(None, wizard.line_ids.mapped("flaw")))
            if quantities and not order._obstacle_to_take_out(quantities):
                wizard.consequences = "\n".join(order._preview_part(quantities))
                wizard.obstacle_there = wizard.can_tell and order._obstacle_to_tell_of(quantities)

    def _quantities(self):
        """``{order line: how much of it is to be taken out}``, in superuser mode."""
        return {line.sale_line_id.sudo(): line.quantity for line in self.line_ids if line.quantity}

    def action_take_out_everywhere(self):
        """Take the part out here, and have the marketplace do the same.

        :raise UserError: if the marketplace would not, saying why
        """
        return self._take_out(tell=True)

    def action_take_out(self):
        """Take the part out here alone."""
        return self._take_out(tell=False)

    def _take_out(self, tell):
        self.ensure_one()
        order = self.order_id
        order.check_access("write")
        lines = {str(line.sale_line_id.id): line.quantity for line in self.line_ids}
        quantities = order._read_quantities(lines)
        order._take_out_as_seller(quantities, self.reason, tell, person=self.env.user)
        return {"type": "ir.actions.act_window_close"}

    def action_cancel_whole_order(self):
        """Open the dialog that cancels the order as a whole."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_order_cancel"
        )
        defaults = {"default_order_id": self.order_id.id, "default_reason": self.reason}
        return dict(action, context=defaults)


class MarketplaceOrderPartLine(models.TransientModel):
    """How much of an order line a person takes out."""

    _name = "marketplace.order.part.line"
    _description = "Order Line of Which a Part Is Taken Out"

    part_id = fields.Many2one("marketplace.order.part", ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", "Order Line", required=True)
    quantity = fields.Float("Take Out", digits="Product Unit")
    flaw = fields.Char(compute="_compute_flaw", help="Why this quantity cannot be taken out.")
    item = fields.Char(compute="_compute_progress")
    unit = fields.Char(compute="_compute_progress")
    ordered = fields.Float(digits="Product Unit", compute="_compute_progress")
    shipped = fields.Float("Has Left", digits="Product Unit", compute="_compute_progress")
    here = fields.Float(
        "Still Here",
        digits="Product Unit",
        compute="_compute_progress",
        help="The quantity that has not left yet. If you take out more, a return is proposed for "
        "the rest.",
    )
    invoiced = fields.Float(digits="Product Unit", compute="_compute_progress")

    @api.depends("sale_line_id", "quantity")
    def _compute_flaw(self):
        self.sale_line_id.check_access("read")
        for line in self:
            # sudo: as below
            line.flaw = line.sale_line_id.sudo()._obstacle_to_take_off(line.quantity)

    @api.depends("sale_line_id")
    def _compute_progress(self):
        self.sale_line_id.check_access("read")
        for order in self.sale_line_id.order_id:
            own = self.filtered(lambda line, order=order: line.sale_line_id.order_id == order)
            # sudo: how far it has got concerns a user who may change the order
            goods = own.sale_line_id.sudo()._goods_of_lines()
            for line in own:
                line._set_progress(goods[line.sale_line_id.sudo()])

    def _set_progress(self, goods):
        sold = self.sale_line_id.sudo()
        self.item = sold.product_id.display_name
        self.unit = sold.product_uom_id.name
        self.ordered = sold._quantity_wanted()
        self.shipped = min(sold._units_left(goods), self.ordered)
        self.here = self.ordered - self.shipped
        self.invoiced = sold.qty_invoiced
