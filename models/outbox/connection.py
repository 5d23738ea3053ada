import json

from odoo import models
from odoo.exceptions import UserError

from ...tools.outbound import call as calls
from ...tools.outbound.client import Unreachable

#: What is asked for where the account has no order yet: no marketplace has it.
_NO_ORDER = "connection-test"
#: How often a minute a user may test connections.
_TESTS_A_MINUTE = 10
#: Characters of a status that are kept; the longest of the protocol's has 27.
_LONGEST_STATUS = 64


class MarketplaceAccount(models.Model):
    """What people are told about the connection to a marketplace, in words."""

    _inherit = "marketplace.account"

    def action_test_connection(self):
        """Read an order at the marketplace, and say in words what came of it."""
        self.ensure_one()
        self.check_access("write")
        self._check_test_rate()
        kind, message = self._test_connection()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "title": self.env._("Connection to %s", self.name),
                "message": message,
                "sticky": kind != "success",
            },
        }

    def _check_test_rate(self):
        """Let nobody look around with it, quickly and from where the server is.

        :raise UserError: if this user has tested more often than one who sets up an account does
        """
        rate = self.env["marketplace.call.rate"]
        key = f"connection tests of user {self.env.uid}"
        if seconds := rate._seconds_to_wait(key, _TESTS_A_MINUTE):
            raise UserError(
                self.env._("That was tested often just now: try again in %s seconds.", seconds)
            )

    def _test_connection(self):
        """Try the address and the credentials with a call that changes nothing.

        :return: ``(kind, message)``; the kind is ``success``, ``warning`` or ``danger``
        """
        credentials = self._outbound_credentials()
        if not (credentials.app_key and credentials.app_token):
            return "danger", self.env._("Enter the app key and the app token first.")
        # sudo: any order will do; nothing of it is shown but its ID at the marketplace
        order = self.env["sale.order"].sudo()
        order = order.search([("marketplace_account_id", "=", self.id)], order="id desc", limit=1)
        order_id = order.marketplace_order_id or _NO_ORDER
        try:
            reply = self._send(calls.read_order(self._outbound_address(), order_id))
        except UserError as error:
            return "danger", str(error)
        except Unreachable:
            return "danger", self._explain_unreachable()
        self._end_rest()
        if reply.status in (200, 404):
            self._end_rejection()
        if reply.status == 200:
            return "success", self.env._(
                "It works: the marketplace has answered for order %s.", order_id
            )
        if reply.status == 404 and not order:
            return "success", self.env._(
                "The marketplace answers and takes the credentials. There is no order of it here "
                "yet that could be read."
            )
        kind = "warning" if reply.status in (404, 429) else "danger"
        return kind, self._explain_status(reply.status, order_id)

    def _read_marketplace_order(self, marketplace_order_id):
        """What the marketplace itself says of one of its orders.

        :return: the order's ``status`` there
        :raise UserError: in words, if it does not say
        """
        self.ensure_one()
        try:
            reply = self._send(calls.read_order(self._outbound_address(), marketplace_order_id))
        except Unreachable as error:
            raise UserError(self._explain_unreachable()) from error
        if reply.status != 200:
            raise UserError(self._explain_status(reply.status, marketplace_order_id))
        try:
            status = json.loads(reply.text)["status"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise UserError(
                self.env._("The marketplace's answer is no order that could be understood.")
            ) from error
        return str(status)[:_LONGEST_STATUS]

    def _explain_unreachable(self):
        """What to look at if there was no answer: the same, whatever was in the way.

        Or else it would tell who may enter an address what there is beside the server.
        """
        try:
            host = self._outbound_address().parts.hostname
        except UserError:
            host = self.name
        return self.env._(
            "There was no answer from %s: check the marketplace's address. The server's log says "
            "more. An address in an internal network is called only if the server's "
            "configuration allows it (marketplace_outbound_networks).",
            host,
        )

    def _explain_status(self, status, order_id):
        """What an HTTP status says about the call, and what to look at."""
        if 300 <= status < 400:
            return self.env._(
                "The marketplace says that its address is another one (%s): check it.", status
            )
        if status >= 500:
            return self.env._("The marketplace has a problem of its own just now (%s).", status)
        return {
            400: self.env._(
                "The marketplace refuses this for order %s in its present state (400).", order_id
            ),
            401: self.env._("The marketplace does not know this app key or app token (401)."),
            403: self.env._(
                "The app key is valid, but lacks the permission (403): let it handle orders."
            ),
            404: self.env._(
                "The marketplace answers, but does not know order %s (404): is this the right "
                "account and environment?",
                order_id,
            ),
            429: self.env._("The marketplace wants fewer calls just now (429)."),
        }.get(status, self.env._("The marketplace answers with status %s.", status))
