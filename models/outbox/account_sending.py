import os

from odoo import api, fields, models
from odoo.tools import SQL, config

from ...tools.clock import database_now
from ...tools.discreet_log import discreet_logger
from ...tools.network import networks
from ...tools.outbound import client
from ...tools.outbound.client import Unreachable
from ...tools.outbound.outcome import SILENT_AFTER, rest
from ..base.moments import in_words

_logger = discreet_logger(__name__)

#: The server's own setting that names what may be called besides the internet.
_OPTION = "marketplace_outbound_networks"


class MarketplaceAccount(models.Model):
    """Calling the marketplace: whom the server calls at all, and when it leaves it alone.

    A marketplace that does not answer is paused for a while, so that the calls to it do not keep
    those to others waiting: each of them would take as long as a time-out. So is one that asks for
    it (``Retry-After``). The pause is kept with the call after which it began
    (``pause_until``), which its sender has locked: no two senders write the same row.
    """

    _inherit = "marketplace.account"

    outbound_paused_until = fields.Datetime(
        "Next Call",
        compute="_compute_outbound_paused_until",
        help="The marketplace does not answer, or asks to be left alone: nothing is sent to it "
        "until then.",
    )

    def _compute_outbound_paused_until(self):
        # sudo: a moment, and nothing of the calls
        pausing = self.env["marketplace.outbound.call"].sudo()
        paused = dict(
            pausing._read_group(
                [
                    ("account_id", "in", self.ids),
                    ("pause_until", ">", database_now(self.env.cr)),
                ],
                ["account_id"],
                ["pause_until:max"],
            )
        )
        for account in self:
            account.outbound_paused_until = paused.get(account._origin, False)

    def _explain_pause(self):
        """Why nothing is sent just now, empty if it is."""
        self.ensure_one()
        if stop := self._explain_stop():
            return stop
        if not self.outbound_paused_until:
            return ""
        return self.env._(
            "The marketplace does not answer, or wants fewer calls: nothing is sent to it until "
            "%s.",
            in_words(self.env, self.outbound_paused_until),
        )

    def _send(self, call):
        """Send ``call`` once, and return the reply.

        :param call: a :class:`~tools.outbound.call.Call`
        :return: a :class:`~tools.outbound.client.Reply`
        :raise Unreachable: if the marketplace does not answer, or is not one to be called
        """
        self.ensure_one()
        try:
            return client.send(call, self._outbound_credentials(), self._allowed_networks())
        except Unreachable as error:
            # People are not told which: they could look around in the server's network.
            _logger.info("No answer from marketplace %s: %s", self.code, error.reason)
            raise

    @api.model
    def _allowed_networks(self):
        """The networks that may be called although they are not of the internet.

        Whoever runs the server names them, for a marketplace in the same house or on the same
        machine: ``marketplace_outbound_networks = 127.0.0.1, 10.2.0.0/16`` in its configuration
        file, or ``MARKETPLACE_OUTBOUND_NETWORKS`` in its environment, which goes first.
        """
        try:
            return networks(os.environ.get(_OPTION.upper()) or config.get(_OPTION))
        except ValueError:
            _logger.error("%s of the server names no networks", _OPTION)
            return ()

    def _rest(self):
        """For how many seconds to leave the marketplace alone, None if it answers."""
        self.ensure_one()
        self.env["marketplace.outbound.call"].flush_model()
        tries = self.env.execute_query(
            SQL(
                """
                SELECT is_unanswered, EXTRACT(EPOCH FROM pause_until - last_attempt_at)::float
                  FROM marketplace_outbound_call
                 WHERE account_id = %s AND last_attempt_at IS NOT NULL
                 ORDER BY last_attempt_at DESC, id DESC
                 LIMIT %s
                """,
                self.id,
                SILENT_AFTER,
            )
        )
        return rest([(pause or 0) if unanswered else None for unanswered, pause in tries])

    def _end_rest(self):
        """Have what waits for this marketplace sent: it answers again, or somebody wants to see."""
        # sudo: calls are read-only to people
        resting = self.env["marketplace.outbound.call"].sudo()
        domain = [("account_id", "in", self.ids), ("is_unanswered", "=", True)]
        resting = resting.search([*domain, ("pause_until", ">", database_now(self.env.cr))])
        if resting:
            resting.pause_until = False
            self.invalidate_recordset(["outbound_paused_until"])
            resting._wake_sender()
