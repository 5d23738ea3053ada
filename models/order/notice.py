from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.any_language import InAnyLanguage, said_by
from ...tools.discreet_log import kind_of, without
from ...tools.inbound.bulk_texts import in_short
from ...tools.states import UNDECIDED
from ..base.quantities import of_product

#: What a message may tell of a shopper.
_PERSONAL = ("name", "email", "phone", "vat", "street", "street2", "zip", "city")


class SaleOrder(models.Model):
    """What an order tells of the marketplace's wish to cancel it."""

    _name = "sale.order"
    _inherit = ["sale.order", "marketplace.notice.mixin"]

    marketplace_notice_kind = fields.Selection(string="Cancellation")
    is_cancellation_to_decide = fields.Boolean(
        "Waits for Your Decision",
        compute="_compute_marketplace_notice",
        groups="base.group_user",
        help="A cancellation of the order waits for a decision that this user may take.",
    )

    @api.depends(
        "state",
        "marketplace_order_id",
        "replaced_order_id",
        "cancellation_receipt_ids.state",
        "outbound_call_ids.state",
        "is_kept_open",
    )
    @api.depends_context("lang", "uid", "tz")
    def _compute_marketplace_notice(self):
        self.is_cancellation_to_decide = self.is_cancelled_there = self.may_keep_open = False
        return super()._compute_marketplace_notice()

    def _that_may_tell(self):
        telling = set(self.sudo()._origin._of_marketplaces().ids)  # sudo: as below
        return self.filtered(lambda order: order._origin.id in telling)

    def _fill_marketplace_notice(self):
        """:return: the receipts that were found, for features to tell of theirs"""
        # sudo: what an order's marketplace wants concerns everybody who sees the order
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        found = receipts._to_tell(self.sudo()._origin)
        notable = receipts._notable(self.sudo()._origin, found=found)
        known = receipts.concat(*notable.values())
        known.mapped("told_text")  # of all at once
        cancelled = self.sudo()._origin._cancelled_there(notable)
        for order in self:
            own = notable.get(order._origin, receipts)
            kind, receipt = own._telling_of_order(order.state == "cancel")
            headline = receipt._headline(kind)
            is_undecided = kind == "hold" and receipt.state in UNDECIDED
            order.is_cancellation_to_decide = is_undecided and receipt._may_user_decide()
            if not kind and order._is_known_to_be_cancelled_there():
                kind, headline = "cancelled", order._headline_without_receipt()
            details = kind and receipt._details(known)
            if kind in ("cancelled", "kept", "refused"):
                details = " ".join(filter(None, (details, receipt._describe_told())))
            why = cancelled.get(order._origin)
            order.is_cancelled_there = why is not None and kind != "hold" and not order._is_kept()
            order.may_keep_open = order.is_cancelled_there and order._may_user_keep_open()
            if order.is_cancelled_there or (why is not None and not kind):
                kind, headline, details = order.sudo()._telling_of_cancelled_there(why)
            order._set_marketplace_notice(kind, headline, details)
        return found

    def _may_user_keep_open(self):
        """Whether the user may decide on what the marketplace cancels, and may write the order."""
        # sudo: the user need not see accounts
        account = self.sudo()._marketplaces_own().marketplace_account_id
        return account._may_user_decide() and self._origin.has_access("write")

    def _is_known_to_be_cancelled_there(self):
        """Whether the marketplace cancelled this order, and the receipt is deleted by now."""
        # sudo: as above
        return self.state == "cancel" and self.sudo().cancelled_at_marketplace

    def _headline_without_receipt(self):
        # sudo: as above
        return self.env._("%s has cancelled this order.", self.sudo().marketplace_account_id.name)

    @api.model
    def _search_marketplace_hold(self, operator, value):
        """Only "is on hold" and, negated by the ORM, "is not"."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        # sudo: as above
        asked = self.env["marketplace.cancellation.receipt"].sudo()._domain_held()
        return ~(asked | self._domain_held_as_cancelled_there())

    @api.model
    def _search_is_cancelled_by_marketplace(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        # sudo: as above
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        asked = receipts._search([("state", "=", "cancelled"), ("sale_order_id", "!=", False)])
        orders = asked.subselect("sale_order_id")
        # sudo: nobody may read the field, and that the order is cancelled there is no secret
        receipt_deleted = self.sudo()._search(
            [("cancelled_at_marketplace", "=", True)], active_test=False
        )
        cancelled = (
            fields.Domain("id", "in", orders)
            | fields.Domain("replaced_order_id", "in", orders)
            | fields.Domain("id", "in", receipt_deleted.subselect())
        )
        return fields.Domain("state", "=", "cancel") & cancelled

    # -- Without its shopper ----------------------------------------------------------------------

    def _without_shopper(self, text):
        """``text`` with what it says of these orders' shoppers replaced: names, addresses.

        Odoo's messages, and other addons', name the partner whom they are about.
        """
        # sudo: the endpoint's user may not see every partner
        orders = self.sudo()
        partners = orders.partner_id | orders.partner_invoice_id | orders.partner_shipping_id
        known = (partners | partners.commercial_partner_id).read(_PERSONAL, load="")
        values = {values[name] for values in known for name in _PERSONAL}
        return without(text, filter(None, values), self.env._("[customer]"))

    def _describe_failure(self, error):
        """The cause of a failure to cancel this order as people read it on the receipt.

        Without what tells who the shopper is: receipts outlast what is kept of shoppers.
        """
        if isinstance(error, UserError):
            text = said_by(error)
            discreet = self._without_shopper(text)
            return text if discreet == text else discreet
        return InAnyLanguage(self.env)._(
            "Unexpected error: %s. The server's log says where.", kind_of(error)
        )

    # -- Transfers that somebody has cancelled although the order stays open, or may --------------

    cancelled_by_hand = fields.Text(
        "Cancelled by Hand",
        compute="_compute_cancelled_by_hand",
        groups="base.group_user",
        help="Who has cancelled transfers of the order, and for what none is left.",
    )

    @api.depends("marketplace_notice_kind", "picking_ids.state")
    @api.depends_context("lang")
    def _compute_cancelled_by_hand(self):
        for order in self:
            order.cancelled_by_hand = False
            if order.marketplace_notice_kind:
                # sudo: documents and users are only named
                own = order.sudo()._origin._with_replacements()
                order.cancelled_by_hand = own._describe_cancelled_by_hand()

    def _describe_cancelled_by_hand(self):
        lines = self.order_line.filtered(lambda line: line._has_lost_its_transfer())
        if not lines:
            return False
        cancelled = lines.move_ids.filtered(lambda own: own.state == "cancel" and own._is_outward())
        sentences = [picking._describe_who_cancelled() for picking in cancelled.picking_id]
        goods = [
            of_product(line.qty_to_deliver, line.product_uom_id, line.product_id) for line in lines
        ]
        text = self.env._(
            "No transfer is left for %s: to ship that after all, duplicate the cancelled one.",
            in_short(goods),
        )
        return " ".join([*sentences, text])


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _has_lost_its_transfer(self):
        """Whether some of this line is still to be shipped, and all that would was cancelled."""
        outward = self.move_ids.filtered(lambda own: own.state != "done" and own._is_outward())
        return (
            self.state == "sale"
            and self.product_uom_id.compare(self.qty_to_deliver, 0) > 0
            and set(outward.mapped("state")) == {"cancel"}
        )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _describe_who_cancelled(self):
        user = self._tracked_author_of_state() or self.env._("somebody")
        return self.env._("%(transfer)s was cancelled by %(user)s.", transfer=self.name, user=user)

    def _tracked_author_of_state(self):
        """The name of who has brought this transfer into its state, as its chatter has noted it."""
        tracked = self.message_ids.tracking_value_ids
        states = tracked.filtered(lambda own: own.field_id.name == "state").sorted("id")
        return states[-1:].mail_message_id.author_id.name
