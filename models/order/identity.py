from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...tools.states import CALL_ENDED_BADLY, CALL_OPEN, CONFIRMED, HOLDING
from .hold import TOLD
from .sale_order import IDENTITY

#: No order has two calls of a kind in these states.
_ONE_OF_EACH = (*CALL_OPEN, "sent")
#: Calls that cancel an order at its marketplace: have done so, may have, or will. By their states,
#: as there is an index of these.
_CANCELS = Domain("kind", "=", "cancel") & (
    Domain("state", "in", _ONE_OF_EACH)
    | Domain("state", "in", (*CALL_ENDED_BADLY, "obsolete"))
    & Domain("may_be_carried_out", "=", True)
)


class SaleOrder(models.Model):
    """What an order is at its marketplace, and what was said there of the order with that ID: it
    must not become another one, or none, while something is asked for; what is imported anew is
    what a deleted one was.
    """

    _inherit = "sale.order"

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
        going_on = self.sudo().replacement_order_ids - self.sudo()
        going_on = going_on.filtered(lambda order: order.state != "cancel")
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

    def _leave_what_was_said(self, vals):
        """Take the receipts and calls of their old ID off those orders that are kept open and that
        ``vals`` gives another ID: the next order with the old ID takes them up.

        That somebody keeps an order open is no decision on what it becomes.
        """
        kept = self._that_differ(IDENTITY, vals).filtered("is_kept_open")
        receipts = kept.cancellation_receipt_ids.filtered(lambda own: own.state in CONFIRMED)
        for call in kept.outbound_call_ids.filtered(lambda own: own.state in CALL_OPEN):
            call._end_if_obsolete()
        calls = kept.outbound_call_ids.filtered_domain(TOLD)
        receipts.sale_order_id = calls.sale_order_id = False
        kept.write({"is_kept_open": False, "cancelled_at_marketplace": False})

    def _take_up_what_is_known(self):
        """Link receipts, and calls that cancel, to the order that has their ID now: theirs was
        deleted, or has another ID. Have somebody decide on orders that are confirmed already.

        What is imported again must not leave because its marketplace has cancelled another record.
        """
        self._repeat_if_another_was_here()
        receipts = self.env["marketplace.cancellation.receipt"]
        free = Domain("sale_order_id", "=", False)
        lost = receipts.search(receipts._domain_named(self, (*HOLDING, *CONFIRMED)) & free)
        named = Domain("marketplace_order_id", "in", self.mapped("marketplace_order_id"))
        calls = self.env["marketplace.outbound.call"].search(_CANCELS & named & free)
        taken_up = self.browse()
        for order in self if lost or calls else ():
            own, its_calls = lost.filtered(order._is_of), calls.filtered(order._is_of)
            own._set_found_again(order)
            one = its_calls.filtered(lambda call: call.state in _ONE_OF_EACH)
            (its_calls - one).sale_order_id = order
            if not order._outbound_calls("cancel", *_ONE_OF_EACH):
                one.sorted(lambda call: call.state != "sent")[:1].sale_order_id = order
            if own or its_calls:
                taken_up |= order
        taken_up.filtered(lambda order: order.state == "sale")._ask_about_confirmed_again()

    def _repeat_if_another_was_here(self):
        """Have Odoo begin this transaction anew if it does not see that an order with one of these
        IDs was deleted, or given another ID, since it began: PostgreSQL refuses to lock that one.
        """
        accounts, ids = self.marketplace_account_id.ids, self.mapped("marketplace_order_id")
        same_id = Domain("marketplace_account_id", "in", accounts)
        same_id &= Domain("marketplace_order_id", "in", ids) & Domain("id", "not in", self.ids)
        self._archived_too().search(same_id).try_lock_for_update()

    def _is_of(self, receipt):
        """Whether this is the marketplace's order that ``receipt``, or a call, is about."""
        named = self.marketplace_account_id, self.marketplace_order_id
        return named == (receipt.account_id, receipt.marketplace_order_id)
