import os

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import config

from ...tools.any_language import InAnyLanguage
from ...tools.outbound import client
from ...tools.outbound.address import DEFAULT_ENVIRONMENT, Address, InvalidAddress
from ...tools.outbound.texts import text_of_address

#: What the connection depends on. If a key was rejected, another value is worth a try at once.
_ADDRESS = ("services_endpoint", "store_name", "store_environment")
_CONNECTION = ("code", "outbound_key", "outbound_token", *_ADDRESS)

_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


class MarketplaceAccount(models.Model):
    """The address where the marketplace takes calls, and the credentials that the seller calls
    with."""

    _inherit = "marketplace.account"

    store_name = fields.Char(
        "Account Name",
        tracking=True,
        groups=_MANAGER,
        help="The seller's account at the marketplace, as in https://NAME.vtexcommercestable.com.br",
    )
    store_environment = fields.Char(
        "Environment",
        tracking=True,
        groups=_MANAGER,
        default=DEFAULT_ENVIRONMENT,
        help="The part of the marketplace's address that follows the account name.",
    )
    services_endpoint = fields.Char(
        tracking=True,
        groups=_MANAGER,
        help="The address that the marketplace sends along with an order as "
        "marketplaceServicesEndpoint. It takes the place of account name and environment. One in "
        "an internal network is called only if the server's configuration file names that network "
        "in marketplace_outbound_networks.",
    )
    outbound_key = fields.Char(
        "App Key",
        tracking=True,
        copy=False,
        groups=_MANAGER,
        help="The app key that the marketplace has issued for the seller.",
    )
    outbound_token = fields.Char(copy=False, groups=fields.NO_ACCESS)
    new_outbound_token = fields.Char(
        "App Token",
        compute="_compute_new_outbound_token",
        inverse="_inverse_new_outbound_token",
        groups=_MANAGER,
        help="The app token that goes with the app key. It is kept, and never shown again.",
    )
    has_outbound_token = fields.Boolean(compute="_compute_connected")
    is_connected = fields.Boolean(
        "Can Be Called",
        compute="_compute_connected",
        help="Address, app key and app token of the marketplace are known.",
    )
    refusal_call = fields.Selection(
        [
            ("invoice", "Send the invoice"),
            ("denial", "Deny the request"),
            ("none", "Tell it only when it asks again"),
        ],
        "When a Cancellation Is Refused",
        required=True,
        default="invoice",
        tracking=True,
        help="An external seller refuses by sending the posted invoice; denying is for sellers "
        "with a VTEX store of their own.",
    )
    outbound_days = fields.Integer(
        "Give Up after (days)",
        required=True,
        default=7,
        tracking=True,
        help="If the marketplace has not accepted a call after this many days, the call is given "
        "up and the responsible user is told.",
    )
    outbound_call_count = fields.Integer(compute="_compute_outbound_call_count")

    _outbound_days_positive = models.Constraint(
        "CHECK(outbound_days BETWEEN 1 AND 365)", "Calls are given up after 1 to 365 days."
    )

    def _compute_outbound_call_count(self):
        counts = self._count("marketplace.outbound.call", "account_id")
        for account in self:
            account.outbound_call_count = counts.get(account, 0)

    def action_view_outbound_calls(self):
        """Open the calls to this marketplace."""
        return self._open("action_marketplace_outbound_call", "account_id")

    # -- Credentials ------------------------------------------------------------------------------

    def _compute_new_outbound_token(self):
        self.new_outbound_token = False  # it can be set, not read

    def _inverse_new_outbound_token(self):
        for account in self.filtered("new_outbound_token"):
            # sudo: nobody may read the token, or write it in any other way than this
            account.sudo().outbound_token = account.new_outbound_token.strip()
            text = self.env._("A new app token of the marketplace was entered.")
            account._tell_followers("keys", text)
        self.invalidate_recordset(["new_outbound_token"])  # or else saving gives it back

    @api.constrains("outbound_key", "outbound_token")
    def _check_credentials(self):
        """Let a header be able to hold them; the error repeats no part of them."""
        for account in self.sudo():  # sudo: only the code that sends may read the token
            text = (account.outbound_key or "").strip() + (account.outbound_token or "")
            if not (text.isascii() and text.isprintable()):
                raise ValidationError(
                    self.env._("App key and app token consist of plain letters, digits and signs.")
                )

    @api.depends(*_CONNECTION)
    def _compute_connected(self):
        for account in self:
            credentials = account._outbound_credentials()
            # sudo: users may know that there is one
            address = account._services_endpoint() or account.sudo().store_name
            account.has_outbound_token = bool(credentials.app_token)
            account.is_connected = bool(credentials.app_key and credentials.app_token and address)

    def _outbound_credentials(self):
        """The :class:`~tools.outbound.client.Credentials` for calls to the marketplace.

        What the environment (``MARKETPLACE_CODE_APP_TOKEN``) or the configuration file
        (``marketplace_code_app_token``) says takes precedence over the database, so that the token
        need not be in there, nor in its backups. It is sent only to the address that the server's
        settings give as well, so a user who manages accounts cannot have it sent elsewhere.
        """
        self.ensure_one()
        account = self.sudo()  # sudo: only the code that sends may read the token
        key, token = (account.outbound_key or "").strip(), account.outbound_token or ""
        if account._server_setting("services_endpoint"):
            key = account._server_setting("app_key") or key
            token = account._server_setting("app_token") or token
        return client.Credentials(key, token)

    def _server_setting(self, name):
        """The server's own setting ``name`` for this account, None if there is none."""
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            return None  # the server's settings are those of the original
        option = f"marketplace_{self.code}_{name}"
        return os.environ.get(option.replace("-", "_").upper()) or config.get(option)

    # -- Address ----------------------------------------------------------------------------------

    def _outbound_address(self):
        """The :class:`~tools.outbound.address.Address` of the marketplace.

        :raise ValidationError: if it is not known, or cannot be called
        """
        self.ensure_one()
        try:
            account = self.sudo()  # sudo: who cancels may call, without knowing the address
            store = account.store_name, account.store_environment
            return Address.of_account(self._services_endpoint(), *store)
        except InvalidAddress as error:
            raise ValidationError(
                text_of_address(InAnyLanguage(self.env), error.problem)
            ) from error

    def _services_endpoint(self):
        # sudo: as above
        return self._server_setting("services_endpoint") or self.sudo().services_endpoint

    @api.constrains(*_ADDRESS)
    def _check_outbound_address(self):
        for account in self:
            if account.services_endpoint or account.store_name:
                account._outbound_address()

    def write(self, vals):
        """Forget the token if it would be sent to another host than the one it was entered for; try
        the key at once if it may be another one, and send what has waited for the account.
        """
        hosts = {account: account._outbound_host() for account in self}
        result = super().write(vals)
        if not vals.get("new_outbound_token"):
            moved = self.filtered(lambda account: account._outbound_host() != hosts[account])
            moved._forget_token()
        if not vals.keys().isdisjoint(_CONNECTION):
            self._end_rejection()
        if vals.get("active"):
            self.env["marketplace.outbound.call"]._wake_sender()
        return result

    def _forget_token(self):
        # sudo: nobody may read the token, or write it in any other way
        for account in self.filtered(lambda account: account.sudo().outbound_token):
            account.sudo().outbound_token = False
            text = self.env._(
                "The marketplace's address changed: its app token must be entered again."
            )
            account._tell_followers("keys", text)

    def _outbound_host(self):
        """Host and port that calls go to, None if there is no valid address."""
        try:
            return self._outbound_address().parts.netloc
        except UserError:
            return None
