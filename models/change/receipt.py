from odoo import api, fields, models

from ...tools.any_language import InAnyLanguage
from ...tools.change.items import given, has_same_content, taken
from ...tools.change.texts import text_of_change, text_of_items
from ...tools.inbound.order_change import CONFIRMATION, OrderChange
from ...tools.states import PART_NOTHING, PART_OPEN, PART_STATES


class MarketplaceCancellationReceipt(models.Model):
    """A receipt of a change: what a marketplace takes out of an order, or has done so already.

    One change is one receipt: same account, same marketplace order, same ID of the change.
    """

    _inherit = "marketplace.cancellation.receipt"

    kind = fields.Selection(
        selection_add=[("part", "A part of the order")], ondelete={"part": "cascade"}
    )
    state = fields.Selection(
        selection_add=PART_STATES, ondelete={state: "cascade" for state, _label in PART_STATES}
    )
    change_body = fields.Json(
        "Change", readonly=True, help="What was understood of the change that was asked for."
    )
    is_change_id_given = fields.Boolean(
        readonly=True,
        help="The marketplace has given the change an ID. Otherwise Odoo makes one from what the "
        "change asks for.",
    )
    confirmation_asked_at = fields.Datetime(
        readonly=True,
        help="The marketplace waits for the confirmation that the order is changed.",
    )
    is_whole_after_all = fields.Boolean(
        "Nothing Was Left",
        readonly=True,
        help="Nothing would have been left of the order: it was cancelled as a whole.",
    )

    # Few changes are open, however many receipts there are.
    _open_changes_idx = models.Index(
        "(account_id, marketplace_order_id)"
        f" WHERE state IN ({', '.join(repr(state) for state in PART_OPEN)})"
    )

    # Few receipts are about a part: they are found without reading the others.
    _part_idx = models.Index("(received_at DESC, id DESC) WHERE kind = 'part'")

    @api.model
    def _find_change(self, account, marketplace_order_id, change_id):
        """The receipt of a change, empty if it has none.

        :param change_id: the change's, or the protocol code that the marketplace was given for it
        """
        return self.search(
            [
                ("account_id", "=", account.id),
                ("marketplace_order_id", "=", marketplace_order_id),
                ("kind", "=", "part"),
                "|",
                ("cancellation_request_id", "=", change_id),
                ("protocol_code", "=", change_id),
            ]
        )

    @api.model
    def _find_or_create_change(self, account, change, marketplace_order_id, **values):
        """The receipt of ``change``, made now if this is its first arrival.

        Must be called while no other transaction does the same for this order (``locked``). What
        has no ID may be a further one, although the same was asked for before.

        :param change: an :class:`~tools.inbound.order_change.OrderChange`
        :param values: further values of a new receipt, such as when and how it was called for
        """
        receipt = self._find_change(account, marketplace_order_id, change.change_id)
        if receipt and not (change.is_id_given or change.is_fact):
            receipt = receipt._same_changes()[:1]
            if not receipt._is_meant_by(change):
                values |= receipt._values_of_further()
                receipt = receipt.browse()
        if receipt or not (change.has_content or change.is_fact):
            return receipt
        quiet = self.with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        values = {
            "account_id": account.id,
            "company_id": account._settings().company_id,
            "kind": "part",
            "state": "part_received",
            "marketplace_order_id": marketplace_order_id,
            "path_order_id": change.order_id,
            "cancellation_request_id": change.change_id,
            "is_change_id_given": change.is_id_given,
            "reason": change.reason,
            "change_body": change.to_document(),
            "cancelled_there": change.is_fact,
            **values,
        }
        return quiet.create(values).with_env(self.env)

    def _change(self):
        """The :class:`~tools.inbound.order_change.OrderChange` as it was read."""
        self.ensure_one()
        return OrderChange.from_document(
            self.path_order_id or self.marketplace_order_id,
            self.cancellation_request_id,
            self.change_body,
            is_id_given=self.is_change_id_given,
            is_fact=self.cancelled_there,
        )

    def _take_agreement(self, change):
        """Note what an arrival of this change says: that the confirmation is waited for.

        If it asks for other items than before, nothing is carried out: a person is asked. A change
        that was refused or taken back is looked at anew if the marketplace has carried it out all
        the same.
        """
        self.ensure_one()
        if self._is_left_alone():
            self._set_part("part_received")  # it is settled as ever
        if change.has_content and not has_same_content(change, self._change(), by_price=True):
            self.is_contradicted = True
            if self.state in ("part_cancelled", "part_kept"):
                self._ask_about_other_items()
            if self.state == "part_agreed":
                self.decision = False  # what was agreed to is not what is asked for
        if change.agreement == CONFIRMATION and not self.confirmation_asked_at:
            self.confirmation_asked_at = fields.Datetime.now()
        if change.is_fact and self.state in PART_NOTHING:
            self.cancelled_there = True
            self._set_part("part_received")

    def _ask_about_other_items(self):
        summary = self.env._("A marketplace asks for other items than before")
        note = self.env._(
            "The change is settled already. Check at the marketplace which items were taken out."
        )
        self._ask_responsible(summary, note)

    is_contradicted = fields.Boolean(
        readonly=True,
        help="The marketplace asked for other items than the first time.",
    )

    def _as_cause(self, order=None):
        cause = super()._as_cause(order)
        return cause._replace(text=self._describe_change()) if self.kind == "part" else cause

    def _describe_change(self):
        """One sentence for chatters: what the marketplace changes in its order, and why."""
        change, name = self._change(), self.account_id._settings().name
        out, added = map(self._items_in_words, (taken(change), given(change) + change.added))
        return text_of_change(self.env, name, out, added, self.reason or "")

    def _items_in_words(self, items):
        """``items`` of this change as people know them: by the products' names."""
        names = dict(self.change_line_ids.mapped(lambda own: (own.sku, own.name)))
        named = [(item.quantity, self._name_of(item, names)) for item in items]
        return text_of_items(InAnyLanguage(self.env), named)

    def _name_of(self, item, names=None):
        """What people call an item of this change: as the marketplace does, or by its product.

        :param names: ``{SKU: name}`` of products that are known already
        """
        if name := item.name or (names or {}).get(item.sku):
            return name
        # sudo: what is changed is told to everybody who sees the receipt
        account, company = self.sudo().account_id, self.company_id
        products = account._products_of_sku(item.sku, company)
        return products.display_name if len(products) == 1 else item.sku

    def _order_here(self):
        """The order of this change in Odoo, empty if it is not here."""
        return self.env["sale.order"]._find_marketplace_order(
            self.account_id, self.marketplace_order_id
        )

    def _has_to_wait(self, order):
        """Whether something else has to come first: an earlier change, a cancellation of the whole
        order, or the order's lines, which an importer may write after the order.
        """
        earlier = order._has_open_change().filtered(lambda own: own.id < self.id)
        # sudo: a rule may hide some of them
        is_empty = order.state != "cancel" and not order.sudo().order_line
        return bool(earlier or self._holding(order) or is_empty)
