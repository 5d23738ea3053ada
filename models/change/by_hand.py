from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.any_language import InAnyLanguage
from ...tools.change.texts import text_of_items
from ...tools.states import CALL_ENDED_BADLY


class SaleOrder(models.Model):
    """What was taken out of marketplaces' orders only here: the marketplaces still expect it."""

    _inherit = "sale.order"

    untold_parts = fields.Char(
        compute="_compute_untold_parts",
        groups="base.group_user",
        help="Taken out of the order here, but its marketplace, which can be called, expects it.",
    )

    @api.depends("state", "order_line.marketplace_untold", "marketplace_account_id.tells_parts")
    def _compute_untold_parts(self):
        for order in self:
            own = order.sudo()  # sudo: a user who sees the order need not see accounts
            lines = own._lines_untold() if own.marketplace_order_id else own.order_line.browse()
            is_known = lines and own.marketplace_account_id.tells_parts
            is_expected = is_known and own._can_cancel_at_marketplace()
            order.untold_parts = lines._untold_in_words() if is_expected else False

    def _lines_untold(self):
        if self.state == "cancel":
            return self.order_line.browse()
        return self.order_line.filtered(lambda line: line.marketplace_untold > 0)

    def action_tell_of_parts(self):
        """Tell the marketplace of what was taken out of this order only here.

        :raise UserError: if it would not take it out of its order, saying why
        """
        for order in self:
            order.check_access("write")
            # sudo: a user who changes the order need not see what its marketplace was sent
            own = order.sudo()
            own._claim_fulfilment()
            lines = own._lines_untold()
            quantities = {line: line.marketplace_untold for line in lines}
            if not quantities:
                continue
            if obstacle := own._obstacle_to_parts() or own._obstacle_to_tell_of(quantities):
                raise UserError(obstacle)
            own._tell_of_part(quantities, None)
            text = own.env._(
                "%(marketplace)s will be told of what was taken out: %(items)s",
                marketplace=own.marketplace_account_id.name,
                items=lines._untold_in_words(),
            )
            own._end_untold(lines, text)
        return True

    def action_parts_are_known(self):
        """Note that the marketplace knows of what was taken out here: somebody has told it."""
        for order in self:
            order.check_access("write")
            own = order.sudo()  # sudo: nobody may write the field
            if lines := own._lines_untold():
                text = own.env._(
                    "%(marketplace)s already knows what was taken out: %(items)s",
                    marketplace=own.marketplace_account_id.name,
                    items=lines._untold_in_words(),
                )
                own._end_untold(lines, text)
        return True

    def _end_untold(self, lines, text):
        """Note that nothing is untold of ``lines`` any more; ``text`` says why."""
        self._message_log(body=text, author_id=self.env.user.partner_id.id)
        lines.marketplace_untold = 0.0
        self._drop_untaken_changes()

    def _drop_untaken_changes(self):
        """Let nobody send a change again that the marketplace has not taken, once it knows of
        everything: it would take the goods out twice.
        """
        for order in self.filtered(lambda own: not own._lines_untold()):
            calls = order._outbound_calls("change", *CALL_ENDED_BADLY)
            calls = calls.filtered(lambda call: not call.may_be_carried_out)
            calls._end(
                "obsolete",
                note=InAnyLanguage(self.env)._("Nothing is left to tell the marketplace."),
            )

    def _note_untold(self, quantities):
        """Note that the marketplace still expects ``quantities``, ``{line: quantity}``."""
        for line, quantity in quantities.items():
            line.marketplace_untold += quantity

    def _take_out(self, quantities, cause):
        """What is taken out because of a change is not taken out by hand."""
        with self._without_noting_untold():
            return super()._take_out(quantities, cause)

    def _go_down_to_what_has_left(self, lines):
        """The marketplace was told of goods that are back now when they were taken out."""
        with self._without_noting_untold():
            return super()._go_down_to_what_has_left(lines)

    @contextmanager
    def _without_noting_untold(self):
        """Do not count what the block takes off this order's lines as untold."""
        lines = self.sudo().order_line  # sudo: nobody may write the field
        before = {line: line.marketplace_untold for line in lines}
        yield
        for line, untold in before.items():
            if line.marketplace_untold != untold:
                line.marketplace_untold = untold


class SaleOrderLine(models.Model):
    """Order lines whose quantity somebody lowers by hand, or a program does."""

    _inherit = "sale.order.line"

    marketplace_untold = fields.Float(
        digits="Product Unit",
        copy=False,
        readonly=True,
        prefetch="marketplace",
        groups=fields.NO_ACCESS,
        help="The quantity that was taken out here without telling the marketplace.",
    )

    def _update_line_quantity(self, values):
        """The marketplace is not told of it, and the order says so."""
        result = super()._update_line_quantity(values)
        # sudo: nobody may write the field
        own = self.sudo().filtered(lambda line: line.order_id.marketplace_order_id)
        untold_before = own.filtered("marketplace_untold")
        for line in own:
            untold = line.marketplace_untold + line.product_uom_qty - values["product_uom_qty"]
            if line == line._marketplace_line() and line._is_marketplace_item():
                line.marketplace_untold = max(untold, 0.0)
        untold_before.order_id._drop_untaken_changes()
        return result

    def _untold_in_words(self):
        items = [(line.marketplace_untold, line.product_id.display_name) for line in self]
        return text_of_items(InAnyLanguage(self.env), items)
