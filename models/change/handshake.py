from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.states import CALL_OPEN
from ..base.moments import in_short

#: What a call says that is to be sent, and what one says that was sent.
_OPEN = {
    "change": "to_acknowledge",
    "acknowledge": "to_acknowledge",
    "confirm": "to_confirm",
    "withdraw": "to_withdraw",
}
_SENT = {
    "change": "to_acknowledge",
    "acknowledge": "acknowledged",
    "confirm": "confirmed",
    "withdraw": "withdrawn",
}
#: How far a call, by its kind and state, has brought the agreement if it is the latest.
_HANDSHAKE = {
    **{(kind, state): told for kind, told in _OPEN.items() for state in CALL_OPEN},
    **{(kind, "sent"): told for kind, told in _SENT.items()},
    **{(kind, state): "failed" for kind in _SENT for state in ("failed", "expired")},
}
#: The calls that tell the marketplace what came of a change, by the state of its receipt.
_THAT_TELL = {
    "part_agreed": ("acknowledge", "confirm"),
    "part_cancelled": ("confirm",),
    "part_kept": ("confirm",),
    "part_refused": ("withdraw",),
}
#: The latest call of each receipt about its change, but for those that nobody sends any more.
_LATEST = """
    SELECT latest.receipt_id
      FROM (SELECT DISTINCT ON (receipt_id) receipt_id, kind, state
              FROM marketplace_outbound_call
             WHERE receipt_id IS NOT NULL
               AND kind IN %(kinds)s
               AND state NOT IN ('obsolete', 'given_up')
             ORDER BY receipt_id, id DESC) latest
     WHERE (latest.kind, latest.state) IN %(wanted)s
"""


class MarketplaceCancellationReceipt(models.Model):
    """How far the seller and the marketplace have agreed on a change."""

    _inherit = "marketplace.cancellation.receipt"

    change_id_there = fields.Char(
        readonly=True,
        copy=False,
        help="The marketplace's ID of the change, if it was found there: it came without one.",
    )
    handshake_state = fields.Selection(
        [
            ("none", "Nothing Told"),
            ("to_acknowledge", "To Acknowledge"),
            ("acknowledged", "Acknowledged"),
            ("to_confirm", "To Confirm"),
            ("confirmed", "Confirmed"),
            ("to_withdraw", "To Cancel There"),
            ("withdrawn", "Cancelled There"),
            ("failed", "Not Accepted"),
        ],
        "State of the Agreement",
        compute="_compute_handshake",
        search="_search_handshake_state",
        help="What the marketplace was told of the change.",
    )
    handshake_text = fields.Char("Told", compute="_compute_handshake")
    handshake_error = fields.Text("Why It Was Not Accepted", compute="_compute_handshake")
    is_acknowledged = fields.Boolean(compute="_compute_handshake")

    @api.depends("outbound_call_ids.state", "outbound_call_ids.error")
    @api.depends_context("lang", "tz")
    def _compute_handshake(self):
        for receipt in self:
            # sudo: what the marketplace was told concerns everybody who sees the receipt
            calls = receipt.sudo()._calls_of_change()
            sent = calls.filtered(lambda call: call.state == "sent")
            latest = calls[-1:]
            receipt.handshake_state = _HANDSHAKE.get((latest.kind, latest.state), "none")
            receipt.handshake_text = " · ".join(call._told_when() for call in sent) or False
            receipt.handshake_error = receipt.handshake_state == "failed" and latest.error
            receipt.is_acknowledged = "acknowledge" in sent.mapped("kind")

    def _calls_of_change(self):
        """The calls about this change, oldest first, but for those that nobody sends any more."""
        return self.outbound_call_ids.filtered(
            lambda call: call.kind in _SENT and call.state not in ("obsolete", "given_up")
        ).sorted("id")

    # -- What the marketplace knows ---------------------------------------------------------------

    def _known_at(self, refused_at):
        if self.kind != "part":
            return super()._known_at(refused_at)
        if not self._is_to_be_known():
            return False
        kinds = _THAT_TELL[self.state]
        calls = self.sudo()._calls_of_change()  # sudo: as above
        sent = calls.filtered(lambda call: call.kind in kinds and call.state == "sent")
        known_at = refused_at or sent[:1].last_attempt_at
        if not known_at and self.cancelled_there:
            return self.received_at
        answered_at = self.settled_at and self.last_delivery_at
        is_answered = answered_at and answered_at > self.settled_at
        return known_at or (is_answered and answered_at)

    def _is_to_be_known(self):
        return self.state in _THAT_TELL if self.kind == "part" else super()._is_to_be_known()

    def _calls_that_tell(self, *states):
        if self.kind != "part":
            return super()._calls_that_tell(*states)
        latest = self.sudo()._calls_of_change()[-1:]  # sudo: as above
        return latest.filtered(lambda call: call.state in states)

    # -- Search -----------------------------------------------------------------------------------

    def _search_handshake_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("id", "in", self._with_latest_call(lambda state: state in value))
        if "none" in value:
            found |= ~Domain("id", "in", self._with_latest_call(bool))
        return found

    def _with_latest_call(self, is_wanted):
        """A query of the receipts whose ``handshake_state`` is wanted; all have told something."""
        self.env["marketplace.outbound.call"].flush_model(["receipt_id", "kind", "state"])
        wanted = [one for one, state in _HANDSHAKE.items() if is_wanted(state)] or [("", "")]
        return SQL(_LATEST, kinds=tuple(_SENT), wanted=tuple(wanted))

    def _change_id_known(self):
        """The marketplace's ID of this change, empty if it has not told it."""
        given = self.is_change_id_given and self.cancellation_request_id
        return self.change_id_there or given or False


class MarketplaceOutboundCall(models.Model):
    _inherit = "marketplace.outbound.call"

    def _told_when(self):
        """What this call, which was sent, has told, and when: Confirmed 17:53."""
        labels = {
            "change": self.env._("Asked"),
            "acknowledge": self.env._("Acknowledged"),
            "confirm": self.env._("Confirmed"),
            "withdraw": self.env._("Change cancelled there"),
        }
        return f"{labels[self.kind]} {in_short(self.env, self.last_attempt_at)}"
