from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.states import CALL_ENDED_BADLY, CALL_OPEN, CONFIRMED, HOLDING
from ...tools.words import CANCELLED_BEFORE
from .hold import TOLD
from .sale_order import IDENTITY

#: No order has two calls of a kind in these states.
_ONE_OF_EACH = (*CALL_OPEN, "sent")
#: Calls that cancel an order at its marketplace: have done so, may have, or will. By their states,
#: as there is an index of these.
_CANCELS = Domain("kind", "=", "cancel") & (
    Domain("state", "in", _ONE_OF_EACH)
    | Domain("state", "in", CALL_ENDED_BADLY) & Domain("may_be_carried_out", "=", True)
)


class SaleOrder(models.Model):
    """Which record is a marketplace's order: one that arrives after its cancellation, or after that
    of what it replaces; one that goes on for another, as other addons have it; and one that must
    not become another order of the marketplace, or none, as something is asked for.

    None of these addons is needed: what they write is looked at. A revision (OCA's
    `base_revision`, ``_prepare_revision_data`` and ``_get_new_rev_data``) is written on the earlier
    order as its ``current_revision_id``.
    """

    _inherit = "sale.order"

    def _go_on_instead_of(self, orders):
        """Let a marketplace that cancels one of ``orders`` reach these, which deliver its goods."""
        # sudo: who revises or splits an order need not see the marketplace's fields
        orders = orders.sudo()
        named = orders.filtered("marketplace_order_id") | orders.replaced_order_id
        free = self.sudo().filtered(
            lambda order: not (order.marketplace_order_id or order.replaced_order_id)
        )
        if len(named) == 1 and (free := free - named):
            free.replaced_order_id = named

    # -- What an order is at its marketplace ------------------------------------------------------

    def _check_may_become_another(self, vals):
        """Refuse what would let goods leave that are held for what these orders are.

        :param self: in superuser mode
        :param vals: what is about to be written
        :raise UserError: naming the order, and why it is held
        """
        changed = self._that_differ(IDENTITY, vals)
        for order, why in changed._reasons_to_stay_at_marketplace().items():
            text = self.env._(
                "%(order)s stays order %(id)s of %(marketplace)s, or nothing would keep its goods"
                " from leaving. %(why)s %(hint)s",
                order=order.name,
                id=order.marketplace_order_id,
                marketplace=order.marketplace_account_id.name,
                why=why,
                hint=self.env._("To change it, set the order to quotation and keep it open first.")
                if order.state == "cancel"
                else self.env._("To change it, decide on that first."),
            )
            raise UserError(text)
        free = self._that_differ({"replaced_order_id"}, vals)
        free._check_may_replace_nothing()

    def _check_may_replace_nothing(self):
        """Refuse to let these orders, in superuser mode, go on by themselves while something is
        asked of those that they replace: they are held because of that.
        """
        confirmed = self.filtered(lambda order: order.state == "sale")
        confirmed._check_go_on_for(confirmed.replaced_order_id._requests_open())

    def _check_go_on_for(self, reasons):
        """Raise if there are ``reasons``, ``{replaced order: why}``, to hold these orders, in
        superuser mode.
        """
        for replaced, why in reasons.items():
            text = self.env._(
                "%(order)s replaces %(replaced)s, or nothing would keep its goods from leaving."
                " %(why)s",
                order=(self & replaced.replacement_order_ids)[:1].name,
                replaced=replaced.name,
                why=why,
            )
            raise UserError(text)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_replaced_on_hold(self):
        # Odoo calls it by its name before the log takes the order off its receipts
        # sudo: who deletes an order need not see what replaces it
        going_on = self.sudo().replacement_order_ids.filtered(lambda order: order.state != "cancel")
        going_on._check_go_on_for(going_on.replaced_order_id._reasons_to_stay_at_marketplace())

    def _that_differ(self, names, vals):
        """Those of ``self`` of which ``vals`` would change one of the fields ``names``."""
        given = [self._fields[name] for name in names if name in vals]
        return self.filtered(
            lambda order: any(
                field.convert_to_cache(vals[field.name], order)
                != field.convert_to_cache(order[field.name], order)
                for field in given
            )
        )

    def _reasons_to_stay_at_marketplace(self):
        """``{order: why}`` of those of ``self`` whose marketplace has asked for something that is
        not settled, or takes them for cancelled while nobody keeps them open.

        :param self: in superuser mode
        """
        named = self.filtered("marketplace_order_id")
        return named._reasons_why_told() | named._requests_open() if named else {}

    def _requests_open(self):
        """``{order: why}`` of those of ``self``, in superuser mode, with a request that is open.

        One that only waits under the ID is none: an ID that was mistaken can be mended.
        """
        receipts = self.env["marketplace.cancellation.receipt"]
        found = {}
        for order, own in (receipts._notable(self) if self else {}).items():
            open_ones = own.filtered(lambda receipt: receipt.state in (*HOLDING, "received"))
            if open_ones:
                found[order] = open_ones[0]._hold_text()
        return found

    def _reasons_why_told(self):
        """``{order: why}`` of those of ``self``, in superuser mode, whose marketplace was told that
        they are cancelled, or is to be, and which nobody keeps open.
        """
        found = {}
        receipts = self.env["marketplace.cancellation.receipt"]
        notable = receipts._notable(self)
        for order in self.filtered(lambda order: not order._is_kept()):
            calls = order.outbound_call_ids
            if confirmed := notable.get(order, receipts).filtered(
                lambda own, order=order: own.sale_order_id == order and own.state in CONFIRMED
            ):
                found[order] = confirmed[0]._hold_text()
            elif told := calls.filtered_domain(TOLD):
                found[order] = order._headline_of_cancelled_there(told[0])
            elif order.state == "cancel" and order._outbound_calls("cancel", *CALL_OPEN):
                name = order.marketplace_account_id.name
                found[order] = self.env._("%s is to be told that the order is cancelled.", name)
            elif order.cancelled_at_marketplace:
                found[order] = order._headline_without_receipt()
        return found

    # -- Orders that arrive after their cancellation, or after that of what they replace ----------

    def action_confirm(self):
        """Cancel, rather than confirm, orders whose cancellation has come before them."""
        orders = self - self._settle_waiting_cancellations()
        orders._check_replaceable()
        return super(SaleOrder, orders).action_confirm() if orders else True

    def _check_replaceable(self):
        """Refuse to deliver once more what the marketplace has cancelled and nobody keeps open."""
        # sudo: the user who confirms the replacement need not see the replaced order
        for replaced in self.sudo().replaced_order_id:
            if not replaced.is_kept_open and replaced._marketplace_expectation() == "nothing":
                text = self.env._(
                    "%s is cancelled by its marketplace, or will be: no other order can replace "
                    "it. Empty “Replaces” to confirm this order.",
                    replaced.name,
                )
                raise UserError(text)

    def _carry_out_waiting_cancellations(self):
        """Look whether a cancellation waits for these orders, now and once more after the commit.

        Quotations stay until they are confirmed (:meth:`action_confirm`); confirmed orders are
        cancelled at once. A request that is handled at this very moment is invisible to this
        transaction, and this order to it; whichever commits first, the job sees both.
        """
        # sudo: an importer may have no right on receipts, nor see the marketplace's fields
        orders = self.sudo().filtered("marketplace_order_id")
        if not orders:
            return
        orders._take_up_what_is_known()
        confirmed = orders.filtered(lambda order: order.state == "sale")
        confirmed._settle_waiting_cancellations()
        quotations = orders.filtered(lambda order: order.state in ("draft", "sent"))
        waiting = self.env["marketplace.cancellation.receipt"].sudo()._waiting_for(quotations)
        for order in quotations:
            if receipts := waiting.filtered(order._is_of):
                receipts.sale_order_id = order
                order._message_log(body=order.env._(CANCELLED_BEFORE))
        self.env["ir.cron"]._wake_own("cron_settle_pending")

    def _take_up_what_is_known(self):
        """Be the order of receipts, and of calls that cancel, under these IDs whose order was
        deleted; have somebody decide on what is confirmed already.

        What is imported again must not leave because its marketplace has cancelled another record.
        """
        receipts = self.env["marketplace.cancellation.receipt"]
        free = Domain("sale_order_id", "=", False)
        lost = receipts.search(receipts._domain_named(self, (*HOLDING, *CONFIRMED)) & free)
        named = Domain("marketplace_order_id", "in", self.mapped("marketplace_order_id"))
        calls = self.env["marketplace.outbound.call"].search(_CANCELS & named & free)
        taken_up = self.browse()
        for order in self if lost or calls else ():
            own, its_calls = lost.filtered(order._is_of), calls.filtered(order._is_of)
            own._set_found_again(order)
            if its_calls and not order._outbound_calls("cancel", *_ONE_OF_EACH):
                its_calls.sorted(lambda call: call.state != "sent")[:1].sale_order_id = order
            if own or its_calls:
                taken_up |= order
        taken_up.filtered(lambda order: order.state == "sale")._ask_about_confirmed_again()

    def _leave_what_was_said(self, vals):
        """Part these orders, which ``vals`` would make others at their marketplace, from what was
        said of what they were: whichever order has that ID next takes it up.

        Only one that is kept open can be: what was told of it is no decision on what it becomes.
        """
        kept = self._that_differ(IDENTITY, vals).filtered("is_kept_open")
        receipts = kept.cancellation_receipt_ids.filtered(lambda own: own.state in CONFIRMED)
        calls = kept.outbound_call_ids.filtered_domain(TOLD)
        receipts.sale_order_id = calls.sale_order_id = False
        kept.write({"is_kept_open": False, "cancelled_at_marketplace": False})

    def _is_of(self, receipt):
        """Whether this is the marketplace's order that ``receipt``, or a call, is about."""
        named = self.marketplace_account_id, self.marketplace_order_id
        return named == (receipt.account_id, receipt.marketplace_order_id)

    def _settle_waiting_cancellations(self):
        """Cancel those of ``self`` whose cancellation waits, and return them."""
        # sudo: a user who confirms (a customer who signs, say) need not see marketplaces' fields
        expected = self.sudo().filtered(
            lambda order: order.marketplace_order_id and order.state != "cancel"
        )
        if not expected:
            return self.browse()
        return self.env["marketplace.cancellation.service"]._settle_waiting(expected)


class SaleOrderLine(models.Model):
    """Lines that become another order's (OCA's `sale_order_split_strategy` writes their order)."""

    _inherit = "sale.order.line"

    def write(self, vals):
        if not (target := self.env["sale.order"].browse(vals.get("order_id")).exists()):
            return super().write(vals)
        moved = self.filtered(lambda line: line.order_id != target)
        sources = moved.sudo().order_id._of_marketplaces()  # sudo: as above
        if sources:
            moved._check_may_go_on_in(target.sudo(), sources)
        result = super().write(vals)
        if sources:
            target._go_on_instead_of(sources)
        return result

    def _check_may_go_on_in(self, target, sources):
        """Refuse what nobody could cancel with its own order any more.

        :raise UserError: if these lines of ``sources``, orders of marketplaces, would become part
            of an order that delivers something else
        """
        named = sources.filtered("marketplace_order_id") | sources.replaced_order_id
        is_alone = not (target.order_line - self).filtered("product_id")
        is_free = not target._of_marketplaces()
        if len(named) == 1 and (target._marketplaces_own() == named or (is_alone and is_free)):
            return
        text = self.env._(
            "%(lines)s cannot become part of %(target)s: they could not be cancelled with"
            " %(orders)s any more. Move them to an order of their own.",
            lines=", ".join(self.mapped("name")),
            target=target.display_name,
            orders=", ".join(sources.mapped("name")),
        )
        raise UserError(text)
