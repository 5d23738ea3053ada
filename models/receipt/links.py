from odoo import api, fields, models
from odoo.fields import Domain

#: Views in which several receipts are selected, and decided on.
_WITH_BUTTONS = ("list", "kanban")


class MarketplaceCancellationReceipt(models.Model):
    """Where people go from a receipt, and what they are offered."""

    _inherit = "marketplace.cancellation.receipt"

    may_decide = fields.Boolean(
        compute="_compute_may_decide",
        search="_search_may_decide",
        help="Whether the user may decide on it.",
    )
    may_view_order = fields.Boolean(
        compute="_compute_may_view_order",
        help="Whether there is an order, and the user may open it.",
    )
    transfer_count = fields.Integer(
        "Transfers", compute="_compute_transfer_count", groups="stock.group_stock_user"
    )
    return_count = fields.Integer(
        "Returns", compute="_compute_transfer_count", groups="stock.group_stock_user"
    )

    @api.depends("account_id.user_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        for receipt in self:
            receipt.may_decide = receipt.account_id._may_decide()

    @api.model
    def _search_may_decide(self, operator, _value):
        if operator != "in":
            return NotImplemented
        if self.env["marketplace.account"]._may_decide_on_any():
            return Domain.TRUE
        return Domain("account_id.user_id", "=", self.env.uid)

    @api.depends("sale_order_id.user_id", "sale_order_id.company_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_may_view_order(self):
        """An order's page shows what is invoiced: it does not open for users of Inventory alone."""
        opens = self.env["account.move.line"].has_access("read")
        visible = self._visible_orders()
        for receipt in self:
            receipt.may_view_order = opens and receipt.sudo().sale_order_id.id in visible.ids

    def _visible_orders(self):
        """Salespeople who see their own orders alone see the receipts of all."""
        # sudo: which order it is may be told, and no more of it
        return self.sudo().sale_order_id.sudo(False)._filtered_access("read")

    @api.depends("sale_order_id.picking_ids", "return_picking_ids")
    def _compute_transfer_count(self):
        for receipt in self:
            receipt.transfer_count = len(receipt._transfers())
            receipt.return_count = len(receipt.return_picking_ids)

    def _transfers(self):
        """The transfers of the order and of its replacements, without the proposed returns."""
        own = self.sudo()  # sudo: stock users need not see all sales orders
        orders = own.sale_order_id | own.sale_order_id.replacement_order_ids
        return (orders.picking_ids - own.return_picking_ids).sudo(False)

    def action_view_order(self):
        """Open the sales order."""
        self.ensure_one()
        return self._action_open(self.sale_order_id)

    def action_view_transfers(self):
        """Open the order's transfers, the only one directly."""
        self.ensure_one()
        self.check_access("read")
        return self._action_open(self._transfers(), name=self.env._("Transfers"))

    def action_view_returns(self):
        """Open the returns that were proposed, the only one directly."""
        self.ensure_one()
        return self._action_open(self.return_picking_ids, name=self.env._("Goods Coming Back"))

    @api.model
    def _action_open(self, records, **values):
        """An action that opens ``records``: the form of a single one, otherwise the list."""
        action = {"type": "ir.actions.act_window", "res_model": records._name, **values}
        if len(records) == 1:
            return dict(action, views=[(False, "form")], res_id=records.id)
        views = [(False, "list"), (False, "kanban"), (False, "form")]
        return dict(action, views=views, domain=[("id", "in", records.ids)])

    def _action_view(self):
        """An action that opens ``self``: the form of a single receipt, otherwise the list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "marketplace_order_cancellation.action_marketplace_cancellation_receipt"
        )
        action["context"] = {"create": False}
        if len(self) == 1:
            return dict(action, views=[(False, "form")], res_id=self.id)
        return dict(action, domain=[("id", "in", self.ids)])

    # -- Nothing is offered that is refused -------------------------------------------------------

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, view_type in _WITH_BUTTONS and self._may_decide_on_some())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type in _WITH_BUTTONS and not self._may_decide_on_some():
            for header in arch.findall("header"):
                arch.remove(header)
        return arch, view

    @api.model
    def _may_decide_on_some(self):
        """Whether there are accounts on whose requests the user may decide."""
        accounts = self.env["marketplace.account"]
        return accounts._may_decide_on_any() or (
            accounts.has_access("read")
            and bool(accounts.search_count([("user_id", "=", self.env.uid)], limit=1))
        )
