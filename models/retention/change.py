from odoo import models

from ...tools.states import CALL_OPEN


class MarketplaceCancellationReceipt(models.Model):
    """What is erased of changes, in addition to what is erased of every request.

    SKUs and quantities stay: they are about goods. Other texts of the marketplace are erased.
    """

    _inherit = "marketplace.cancellation.receipt"

    def _erase(self, with_decisions):
        if self.kind == "part":
            self._erase_from_items()
        result = super()._erase(with_decisions)
        if self.kind == "part":  # it says what the note says
            self._overwrite({"answer_body": self._answer_of_change().body})
        return result

    def _erase_from_answers(self, erased):
        """The marketplace was told why as well, when the change was cancelled there."""
        result = super()._erase_from_answers(erased)
        calls = self.outbound_call_ids.filtered(lambda call: call.kind == "withdraw")
        for call in calls.filtered(lambda call: call.state not in CALL_OPEN):
            call.body = call.body | {"reason": erased}
        return result

    def _erase_from_items(self):
        """Erase the reason from what was understood of the change, and the items' names."""
        self._overwrite({"change_body": _without_texts(self.change_body or {})})
        for line in self.change_line_ids:
            line.name = line.sale_line_id.product_id.display_name or line.sku


def _without_texts(value):
    """A change as it was understood, without texts that somebody wrote."""
    if isinstance(value, list):
        return [_without_texts(one) for one in value]
    if isinstance(value, dict):
        kept = {name: own for name, own in value.items() if name not in ("reason", "name")}
        return {name: _without_texts(own) for name, own in kept.items()}
    return value
