from odoo import models

from ...tools.inbound.order_change import ACKNOWLEDGMENT, CONFIRMATION

#: What the marketplace calls the agreements, by the kind of the call.
_AGREEMENTS = {"acknowledge": ACKNOWLEDGMENT, "confirm": CONFIRMATION}
#: Calls that the marketplace needs before it regards a change as carried out.
_UNDER_WAY = ("change", *_AGREEMENTS)
#: The marketplace is still to take them, or has not taken them; one that a person gives up no
#: longer counts.
_NOT_TAKEN = ("pending", "failed", "expired")


class SaleOrder(models.Model):
    """What a marketplace is told about changes of its order; each once for a receipt."""

    _inherit = "sale.order"

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
