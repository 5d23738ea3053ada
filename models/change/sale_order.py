from odoo import api, models
from odoo.fields import Domain

from ...tools.any_language import InAnyLanguage
from ...tools.change.known import Known, pair
from ...tools.goods import NOTHING
from ...tools.inbound.order_change import ACKNOWLEDGMENT, CONFIRMATION
from ...tools.states import PART_NOTHING
from ...tools.trusted_context import MarketplaceCancellation

#: Changes that a marketplace has made, and those that it was told of, or is about to be.
_TAKEN_OUT = Domain(
    "cancellation_receipt_ids", "any", [("kind", "=", "part"), ("state", "=", "part_cancelled")]
) | Domain("outbound_call_ids", "any", [("kind", "=", "change"), ("state", "!=", "obsolete")])

#: What the marketplace calls the agreements, by the kind of the call.
_AGREEMENTS = {"acknowledge": ACKNOWLEDGMENT, "confirm": CONFIRMATION}

#: Calls that the marketplace needs before it regards a change as carried out.
_UNDER_WAY = ("change", *_AGREEMENTS)

#: The marketplace is still to take them, or has not taken them; one that a person gives up no
#: longer counts.
_NOT_TAKEN = ("pending", "failed", "expired")


class SaleOrder(models.Model):
    """Changes as their order knows them: which there are, what waits for them, what was taken out,
    and what its marketplace is told, each once for a receipt.
    """

    _inherit = "sale.order"

    # -- Which there are --------------------------------------------------------------------------

    def _is_changed_there(self, shown):
        news = [there for there, known in pair(shown.changes, self._known_changes()) if not known]
        return bool(news) or super()._is_changed_there(shown)

    def _known_changes(self):
        """The changes of this order that are on record here, or that the seller has made, each a
        :class:`~tools.change.known.Known`.

        What the seller has changed is no news, even if the marketplace has not reported it yet.
        """
        receipts = self.env["marketplace.cancellation.receipt"].search(
            [
                ("account_id", "=", self.marketplace_account_id.id),
                ("marketplace_order_id", "=", self.marketplace_order_id),
                ("kind", "=", "part"),
                ("state", "not in", PART_NOTHING),
            ],
            order="id",
        )
        # sudo: the outbox is the addon's own
        calls = self.sudo()._outbound_calls("change").filtered(lambda call: call._may_be_there())
        others = [
            Known(frozenset((own.cancellation_request_id, own.protocol_code)), own._change(), own)
            for own in receipts
            if own.own_change_call_id not in calls
        ]
        return [*(call._as_known() for call in calls.sorted("id")), *others]

    @api.model
    def _marketplace_id_of(self, account, order_id):
        """The marketplace's ID of the order that an address names, by either side's ID.

        :param order_id: is returned if no order has it: it may come later
        """
        known = self.search(
            [
                *self._domain_of(account),
                "|",
                ("marketplace_order_id", "=", order_id),
                ("name", "=", order_id),
            ]
        )
        if any(order.marketplace_order_id == order_id for order in known):
            return order_id
        return known[:1].marketplace_order_id or order_id

    # -- What waits for what ----------------------------------------------------------------------

    def _carry_out_waiting_cancellations(self):
        """A change may wait for these orders, too."""
        result = super()._carry_out_waiting_cancellations()
        if self._has_open_change():
            self.env["marketplace.change.service"]._wake()
        return result

    def _on_cancelled_here(self):
        """A cancellation of the whole order wins over open changes of it."""
        result = super()._on_cancelled_here()
        asked = MarketplaceCancellation.of(self.env)
        asked_by = asked.receipt_ids if asked else ()
        for order in self._ending_at_marketplace():
            if not order._with_replacements():
                changes = order._has_open_change().filtered(lambda own: own.id not in asked_by)
                changes._withdraw(InAnyLanguage(self.env)._("The whole order was cancelled."))
        return result

    def _holds_documents(self):
        """Until a change is settled, and the marketplace is told, an invoice would have the amounts
        of before (protocol, known issue 1348894). Once the marketplace has an invoice, it takes no
        changes.
        """
        if super()._holds_documents() or self._has_open_change():
            return True
        # sudo: the outbox is the addon's own
        calls = self.sudo().outbound_call_ids
        return any(call.state in _NOT_TAKEN and call.kind in _UNDER_WAY for call in calls)

    # -- What was taken out -----------------------------------------------------------------------

    def _with_parts_taken_out(self):
        """Those of these orders of which, or of whose original, a part was cancelled at their
        marketplace.
        """
        # sudo: what a marketplace was told concerns everybody who ships
        named = self.sudo()._of_marketplaces()
        if not named:
            return named
        known = named | named.replaced_order_id
        changed = known.search(Domain("id", "in", known.ids) & _TAKEN_OUT)
        return named.filtered(lambda order: order in changed or order.replaced_order_id in changed)

    def _go_down_to_what_has_left(self, lines):
        """Have ``lines`` say no more than is wanted of them, or is still at the customer.

        As long as they say more, Odoo bills that, and sends it again if somebody changes the lines.
        """
        sold = lines._marketplace_lines()
        lines = (lines | sold | sold._combo_lines()).with_env(self.env)
        with self._unlocked():
            for line, step in self._steps_to_take_out(dict.fromkeys(lines, 0.0)).items():
                if step.ordered - step.target > NOTHING:
                    line.with_context(skip_procurement=True).write(line._values_without(step))

    # -- What the marketplace is told -------------------------------------------------------------

    def _agree_at_marketplace(self, kind, receipt, **values):
        """Have the change of ``receipt`` acknowledged, or confirmed.

        :param kind: ``acknowledge`` or ``confirm``
        :return: the call, none if the marketplace takes no calls
        """
        return self._tell_of_change(kind, receipt, {"agreementType": _AGREEMENTS[kind]}, **values)

    def _withdraw_change_at_marketplace(self, receipt, reason):
        """Have the change of ``receipt`` cancelled there, for ``reason``: see above."""
        reason = reason or self.env._("The seller does not agree.")
        return self._tell_of_change("withdraw", receipt, {"reason": reason})

    def _change_at_marketplace(self, items, reason, receipt=None):
        """Have ``items`` taken out of this order at the marketplace, because the seller wants it.

        Once it has the change, that is acknowledged, and confirmed unless ``receipt`` says that
        this order is still to be changed.

        :param items: ``[{"id": SKU, "uniqueId": line there, if known, "quantity": pieces}]``
        """
        body = {"reason": reason, "remove": {"items": items}}
        return self._tell_of_change("change", receipt, body)

    def _tell_of_change(self, kind, receipt, body, **values):
        """The call of ``kind`` about the change of ``receipt``.

        A call that was not taken is sent again: it is wanted once more.

        :param self: the order, none if it was deleted
        """
        order = self.sudo()  # sudo: the outbox is written by the addon alone
        account = order.marketplace_account_id or receipt.sudo().account_id
        if not account.is_connected:
            return order.env["marketplace.outbound.call"]
        told = receipt and receipt.sudo().outbound_call_ids.filtered(lambda own: own.kind == kind)
        if told:
            told.filtered(lambda call: call.state in ("failed", "expired"))._set_pending()
            return told
        if receipt:
            values.setdefault("change_id", receipt._change_id_known())
        return order._add_outbound_call(kind, receipt, body=body, **values)

    # -- What the order tells ---------------------------------------------------------------------

    @api.depends("seller_part_ids")
    def _compute_marketplace_notice(self):
        return super()._compute_marketplace_notice()

    def _fill_marketplace_notice(self):
        """A notice on the whole order counts for more than one on a part of it."""
        found = super()._fill_marketplace_notice()
        # sudo: what an order's marketplace wants concerns everybody who sees the order
        orders = self.sudo()._origin
        settled = found._changes_to_tell(orders)
        changes = orders._has_open_change(found)
        held = orders._lines_on_hold(found)
        lines = orders.order_line.browse().concat(*held)
        parts = (orders | orders.replaced_order_id).seller_part_ids  # of all in one query
        for order in self:
            own = order.sudo()._origin
            if told := settled.get(own):
                order._add_notice_of_settled_changes(told)
            if parts:
                taken_out = (own | own.replaced_order_id).seller_part_ids
                order._add_notice_of_seller_parts(taken_out.with_prefetch(parts.ids))
            if still_open := own._those_of(changes):
                goods = own.order_line.filtered("product_id")
                waiting = goods & lines
                names = waiting.product_id.mapped("display_name")
                order._add_notice_of_open_changes(still_open, names, waiting == goods)
        return found

    def _those_of(self, receipts):
        """Those of ``receipts`` that are about this order; none if it is only being made."""
        order = self and self._marketplaces_own()
        return receipts.filtered(lambda receipt: order and order._is_of(receipt))

    @api.model
    def _search_marketplace_hold(self, operator, value):
        """What is on hold in part is found, too."""
        free = super()._search_marketplace_hold(operator, value)
        if free is NotImplemented:
            return free
        # sudo: as above
        return free & ~self.env["marketplace.cancellation.receipt"].sudo()._domain_changing()

    def action_view_changes(self):
        """Open the changes of this order that are not settled, the only one directly."""
        self.check_access("read")
        return self._open_changes(self._has_open_change())
