import os

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from ...tools.any_language import InAnyLanguage
from ...tools.discreet_log import discreet_logger
from ...tools.inbound import order_status
from ...tools.network import networks
from ...tools.notification import notification
from ...tools.outbound import call as calls
from ...tools.outbound import client
from ...tools.outbound.message import status_of_order
from ...tools.outbound.texts import result_of_test, text_of_silence, text_of_status

_logger = discreet_logger(__name__)

#: The server's own setting that names what may be called besides the internet.
_OPTION = "marketplace_outbound_networks"
#: What is asked for where the account has no order yet: no marketplace has it.
_NO_ORDER = "connection-test"
#: How often a minute a user may test connections.
_TESTS_A_MINUTE = 10


class MarketplaceAccount(models.Model):
    """Calling the marketplace, and what people are told about the connection."""

    _inherit = "marketplace.account"

    def _send(self, call):
        """Send a :class:`~tools.outbound.call.Call` once, and return the
        :class:`~tools.outbound.client.Reply`.

        :raise Unreachable: if the marketplace does not answer, or is not one to be called
        """
        return self._sender()(call)

    def _sender(self):
        """What :meth:`_send` does, as a function that threads may call: it needs no cursor."""
        code, credentials = self.code, self._outbound_credentials()
        networks = self._allowed_networks()

        def send(call):
            try:
                return client.send(call, credentials, networks)
            except client.Unreachable as error:
                # People are not told which: they could explore the server's network.
                _logger.info("No answer from marketplace %s: %s", code, error.reason)
                raise

        return send

    def _read_order(self, marketplace_order_id):
        """Read an order at the marketplace, and return the reply: see :meth:`_send`."""
        return self._send(calls.read_order(self._outbound_address(), marketplace_order_id))

    @api.model
    def _allowed_networks(self):
        """The networks that may be called although they are not of the internet.

        The server's configuration file names them, for a marketplace in the same house or on the
        same machine (``marketplace_outbound_networks = 127.0.0.1, 10.2.0.0/16``), or its
        environment (``MARKETPLACE_OUTBOUND_NETWORKS``), which goes first.
        """
        try:
            return networks(os.environ.get(_OPTION.upper()) or config.get(_OPTION))
        except ValueError:
            _logger.error("%s of the server names no networks", _OPTION)
            return ()

    def action_test_connection(self):
        """Read an order at the marketplace, and say in words what came of it."""
        self.ensure_one()
        self.check_access("write")
        # Nobody shall explore the server's network with it: so it is slow, and says little.
        rate, key = self.env["marketplace.call.rate"], f"connection tests of user {self.env.uid}"
        if seconds := rate._seconds_to_wait(key, _TESTS_A_MINUTE):
            text = self.env._(
                "The connection was tested many times just now. Try again in %s seconds.", seconds
            )
            raise UserError(text)
        kind, message = self._test_connection()
        title = self.env._("Connection to %s", self.name)
        return notification(kind, title, message, sticky=kind != "success")

    def _test_connection(self):
        """Try the address and the credentials with a call that changes nothing.

        :return: ``(kind, message)``; the kind is ``success``, ``warning`` or ``danger``
        """
        credentials = self._outbound_credentials()
        if not (credentials.app_key and credentials.app_token):
            return "danger", self.env._("Enter the app key and the app token first.")
        order_id = self._order_to_test_with()
        try:
            reply = self._read_order(order_id)
        except UserError as error:
            return "danger", str(error)
        except client.Unreachable:
            return "danger", self._explain_unreachable()
        self._end_rest()
        if reply.status in (200, 404):
            self._end_rejection()
        kind, text = result_of_test(self.env, reply.status, order_id, order_id != _NO_ORDER)
        if kind == "success" and (warning := self._warn_of_numbers()):
            return "warning", f"{text} {warning}"
        return kind, text

    def _order_to_test_with(self):
        """The marketplace's ID of any order of this account, of one that nobody has if there is
        none.
        """
        # sudo: any order will do; nothing of it is shown but its ID at the marketplace
        orders = self.env["sale.order"].sudo()._archived_too()
        order = orders.search([("marketplace_account_id", "=", self.id)], order="id desc", limit=1)
        return order.marketplace_order_id or _NO_ORDER

    def _read_marketplace_order(self, marketplace_order_id):
        """The ``status`` that the marketplace itself gives one of its orders.

        :raise UserError: in words, if it does not say
        """
        try:
            reply = self._read_order(marketplace_order_id)
        except client.Unreachable as error:
            raise UserError(self._explain_unreachable()) from error
        if reply.status != 200:
            raise UserError(text_of_status(self.env, reply.status, marketplace_order_id))
        try:
            return status_of_order(reply.text)
        except ValueError as error:
            text = self.env._("The marketplace's answer could not be understood as an order.")
            raise UserError(text) from error

    def _explain_unreachable(self):
        """What to look at if there was no answer: the same, whatever was in the way.

        Otherwise users who may enter an address would learn what is in the server's network.
        """
        try:
            host = self._outbound_address().parts.hostname
        except UserError:
            host = self.name
        return text_of_silence(InAnyLanguage(self.env), host)


class MarketplaceCancellationReceipt(models.Model):
    """What the marketplace is told of a refusal before it asks again, and what it says itself."""

    _inherit = "marketplace.cancellation.receipt"

    outbound_call_ids = fields.One2many(
        "marketplace.outbound.call", "receipt_id", "Calls to the Marketplace", readonly=True
    )
    is_connected = fields.Boolean("Can Be Called", compute="_compute_is_connected")

    @api.depends("account_id.is_connected", "account_id.active")
    def _compute_is_connected(self):
        """An archived account calls nobody, whatever it has."""
        for receipt in self:
            account = receipt.account_id
            receipt.is_connected = account.active and account.is_connected

    def _tell_refusal(self, order, reason):
        """Write the call that refuses this request at the marketplace, if the account wants one.

        Which one is open to whom: protocol, "Which refusal is open to whom".
        """
        self.ensure_one()
        account = self.account_id
        if not (order and account.is_connected):
            return
        if account.refusal_call == "denial":
            order._deny_at_marketplace(self, reason)
        elif account.refusal_call == "invoice":
            order._send_invoices_to_marketplace(self)

    def _tell_granted(self):
        """Write the call that cancels the order of this request, which came without a call.

        Not if the order is cancelled at the marketplace already (protocol, "No echo").
        """
        self.ensure_one()
        order = self.sale_order_id
        if order and self.account_id.is_connected and not self.cancelled_there:
            order._cancel_at_marketplace(self.reason or self.env._("The seller agrees."), self)

    def action_ask_marketplace(self):
        """Read the order at the marketplace, and note on the receipt what state it is in there.

        Shows whether a doubtful request is real.
        """
        self.ensure_one()
        self._check_may_decide()
        status = self.account_id._read_marketplace_order(self.marketplace_order_id)
        text = self.env._(
            "%(name)s says: %(status)s.",
            name=self.account_id.name,
            status=order_status.text_of_status(self.env, status),
        )
        # sudo: receipts are read-only to people
        self.sudo()._message_log(body=text, author_id=self.env.user.partner_id.id)
        then = {"type": "ir.actions.client", "tag": "soft_reload"}
        return notification("info", self.marketplace_order_id, text, next=then)
