import math

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.cause import Cause
from ...tools.quote import quoted


class MarketplaceAccount(models.Model):
    _inherit = "marketplace.account"

    tells_parts = fields.Boolean(
        "Tell It of Parts That the Seller Takes Out",
        default=True,
        tracking=True,
        help="A user who takes a part out of an order here can have the marketplace change its "
        "order as well, which refunds the shopper.",
    )


class SaleOrder(models.Model):
    """The seller takes a part out of a marketplace's order, unasked."""

    _inherit = "sale.order"

    def action_take_out(self, quantities, reason, tell_marketplace):
        """Take a part out of this order, for the seller, as the dialog *Cancel Part…* does.

        :param quantities: ``{ID of an order line: how much of it, in its unit}``, as RPC has it
        :param reason: for the order's chatter, and for the marketplace
        :param tell_marketplace: whether the marketplace is to change its order, too
        :raise AccessError: for a user who may not write the order
        :raise UserError: if it cannot be taken out, or cannot be told; nothing is changed then
        """
        self.ensure_one()
        self.check_access("write")
        self._take_out_as_seller(self._read_quantities(quantities), reason, bool(tell_marketplace))
        return True

    def _read_quantities(self, quantities):
        """``{line: quantity}`` of what a caller gave; what is 0 is left out.

        :raise UserError: if it is not ``{ID: number}``, or names a line of another order
        """
        try:
            given = {int(line_id): float(quantity) for line_id, quantity in quantities.items()}
        except (AttributeError, TypeError, ValueError):
            given = {0: 0.0}
        lines = {line.id: line for line in self.order_line}
        numbers = given.values()
        if not given.keys() <= lines.keys() or not all(map(math.isfinite, numbers)):
            raise UserError(self.env._("Say how much is taken out of which lines of this order."))
        if any(quantity < 0 for quantity in numbers):
            raise UserError(self.env._("A negative quantity cannot be taken out."))
        return {lines[line_id]: quantity for line_id, quantity in given.items() if quantity}

    def _take_out_as_seller(self, quantities, reason, tell, person=None):
        """Take ``quantities`` out of this order because the seller wants it so.

        The marketplace is told, if it is to be, by a call that is written in this transaction.

        :param quantities: ``{line: quantity in its unit}``
        :param person: the user who has been told what follows; none if a program does it
        :raise UserError: if that cannot be
        """
        order = self.sudo()  # sudo: checked by the caller; what follows spans others' documents
        order._claim_fulfilment()
        quantities = {line.sudo(): quantity for line, quantity in quantities.items()}
        reason = reason.strip() if isinstance(reason, str) else ""
        obstacle = order._obstacle_to_take_out(quantities)
        if not (obstacle or reason):
            obstacle = order.env._("Please give a reason.")
        if tell and not obstacle:
            obstacle = order._obstacle_to_tell_of(quantities)
        if obstacle:
            raise UserError(obstacle)
        order._take_out(quantities, order._cause_of_part(reason, person))
        order._note_seller_part(quantities, reason)
        name = order.marketplace_account_id.name
        if tell:
            order._tell_of_part(quantities, reason)
            text = order.env._("%s will be told.", name)
        else:
            order._note_untold(quantities)
            text = order.env._("%s is not told.", name)
        order._message_log(body=text, author_id=order.env.user.partner_id.id)

    def _tell_of_part(self, quantities, reason):
        """Have the marketplace take ``quantities``, ``{line: quantity}``, out of its order."""
        reason = reason or self.env._("Taken out by the seller.")
        return self._change_at_marketplace(self._items_of(quantities), reason)

    def _cause_of_part(self, reason, person):
        """The :class:`~tools.cause.Cause` of what the seller takes out."""
        text = self.env._(
            "%(user)s took it out. Reason: “%(reason)s”.",
            user=self.env.user.name,
            reason=quoted(reason),
        )
        receipts = self.env["marketplace.cancellation.receipt"]
        person = person or self.env.user.browse()  # a program reads no activities
        return Cause(self, self.marketplace_account_id, text, receipts, person.sudo())

    # -- Obstacles --------------------------------------------------------------------------------

    def _obstacle_to_take_out(self, quantities):
        """Why the seller cannot take ``quantities`` out of this order, None if they can."""
        if obstacle := self._obstacle_to_parts():
            return obstacle
        if not quantities:
            return self.env._("Say how much is taken out.")
        if others := self.order_line.browse().concat(*quantities) - self._lines_sold():
            name = others[0].product_id.display_name
            return self.env._(
                "“%s” is not an item of the marketplace's order: change its line instead.", name
            )
        for line, quantity in quantities.items():
            if obstacle := line._obstacle_to_take_off(quantity):
                return obstacle
        if self._is_all_of_order(quantities):
            return self.env._("Nothing would be left of the order: cancel it as a whole.")
        return None

    def _obstacle_to_parts(self):
        """Why nothing can be taken out of this order at the moment, None if it can."""
        if not self.marketplace_order_id:
            return self.env._(
                "%s is not a marketplace's order: change its lines instead.", self.name
            )
        if self.state == "cancel":
            return self.env._("%s is cancelled: nothing is left of it.", self.name)
        if self.locked:
            return self.env._("%s is locked: unlock it first.", self.name)
        # sudo: what the marketplace wants concerns everybody who may change the order
        if asked := self.env["marketplace.cancellation.receipt"].sudo()._holding(self)[:1]:
            return self.env._("Settle its cancellation first. %s", asked._hold_text())
        if change := self._has_open_change()[:1]:
            return self.env._(
                "A change by the marketplace is open: settle it first. %s",
                change._describe_change(),
            )
        return None

    def _obstacle_to_tell_of(self, quantities):
        """Why the marketplace would not take ``quantities`` out of its order, None if it would.

        It changes no order whose items are invoiced there (protocol, "Order modifications":
        SalesOrderSystem046).
        """
        account = self.marketplace_account_id
        if not account.tells_parts:
            return self.env._("%s is not told of parts: its account says so.", account.name)
        if not self._can_cancel_at_marketplace():
            return self.env._("%s cannot be called, or expects nothing any more.", account.name)
        lines = self.order_line.browse().concat(*quantities)
        if told := self._documents_told_of(lines):
            names = ", ".join(told.mapped("name"))
            return self.env._(
                "%(marketplace)s has invoice %(documents)s, and does not change an order that is "
                "invoiced.",
                marketplace=account.name,
                documents=names,
            )
        obstacles = (self._obstacle_to_name(line, own) for line, own in quantities.items())
        return next(filter(None, obstacles), None)

    def _documents_told_of(self, lines):
        """Invoices of ``lines`` that the marketplace has, may have, or is about to get."""
        calls = self._outbound_calls("invoice")
        told = calls.filtered(lambda call: call.state in ("pending", "sent"))
        told |= calls.filtered("may_be_carried_out")
        return told.invoice_id.filtered(lambda move: move.invoice_line_ids.sale_line_ids & lines)

    def _obstacle_to_name(self, line, quantity):
        """Why the marketplace cannot know what is meant by so much of ``line``, None if it can.

        Of two lines of one SKU it would take the wrong one (protocol, known issue 1219914).
        """
        name, sku = line.product_id.display_name, line._marketplace_item_sku()
        if not sku:
            return self.env._("The marketplace's SKU of “%s” is not known.", name)
        if not line._is_whole(line._in_pieces(quantity)):
            return self.env._("“%s”: the marketplace counts whole pieces only.", name)
        alike = self._lines_sold().filtered(lambda own: own._marketplace_item_sku() == sku)
        if len(alike) > 1 and not line.marketplace_line_id:
            return self.env._(
                "Several lines sell “%s”, and the marketplace's line IDs are not stored on them, "
                "so the marketplace would not know which line is meant.",
                name,
            )
        return None

    def _items_of(self, quantities):
        """``quantities``, ``{line: quantity}``, as items of the marketplace's: see the protocol."""
        items = []
        for line, quantity in quantities.items():
            item = {
                "id": line._marketplace_item_sku(),
                "quantity": round(line._in_pieces(quantity)),
            }
            if line.marketplace_line_id:
                item["uniqueId"] = line.marketplace_line_id.strip()
            items.append(item)
        return items
