from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ..protocol.problem import ACCOUNT_ARCHIVED, UNAUTHORIZED, Problem
from .marketplace_account import CODE


class MarketplaceAccount(models.Model):
    """The account's end of the wire: its address, who may call it, as whom the call works."""

    _inherit = "marketplace.account"

    endpoint_url = fields.Char(
        "Fulfillment Endpoint",
        compute="_compute_endpoint_url",
        help="The address to register at the marketplace.",
    )
    allow_query_token = fields.Boolean(
        "Accept the token in the address",
        tracking=True,
        help="For marketplaces that can send no header of yours: the app token then stands in the "
        "registered address, as ?token=… Addresses are seen by proxies and their logs, so prefer "
        "the headers wherever they are possible.",
    )
    credential_ids = fields.One2many(
        "marketplace.account.credential",
        "account_id",
        groups="marketplace_order_cancellation.group_marketplace_manager",
    )

    @api.depends("code")
    def _compute_endpoint_url(self):
        for account in self:
            account.endpoint_url = account.code and (
                f"{account.get_base_url()}/marketplace/{account.code}"
            )

    def _admit_endpoint_user(self):
        """Let the endpoint's technical user work in the accounts' companies."""
        # sudo: who may connect a marketplace need not be one who may change users
        user = self._endpoint_user().sudo()
        missing = self.company_id - user.company_ids
        if missing:
            user.write({"company_ids": [fields.Command.link(company.id) for company in missing]})

    @api.model
    def _endpoint_user(self):
        """The technical user as whom the endpoint works."""
        return self.env.ref("marketplace_order_cancellation.user_endpoint")

    def _endpoint_context(self):
        """Context of the endpoint's work for this account: its company alone, a known language."""
        self.ensure_one()
        company_id, lang, tz = self._endpoint_settings()
        return {"allowed_company_ids": [company_id], "lang": lang, "tz": tz}

    @tools.ormcache("self.id")
    def _endpoint_settings(self):
        """Company, language and time zone; kept, as every request needs them."""
        account = self.sudo()  # sudo: the responsible's language, read before anybody is logged in
        lang = account.user_id.lang or account.company_id.partner_id.lang or "en_US"
        return account.company_id.id, lang, account.tz

    def _as_endpoint(self):
        """This account as the endpoint's technical user sees it."""
        self.ensure_one()
        # The caller's context is replaced: what is done for a marketplace depends neither on who is
        # logged in nor on the companies they have chosen.
        context = self._endpoint_context()
        endpoint = self.with_user(self._endpoint_user())
        return endpoint.with_context(context)  # pylint: disable=context-overridden

    @api.model
    def _authenticate(self, code, credentials):
        """Find the account that a caller may speak for.

        :param code: the account's code, from the address
        :param credentials: a :class:`~..protocol.credentials.Credentials`
        :return: the account, in superuser mode
        :raise Problem: unauthorized, the same for an unknown account and for wrong credentials;
            account-archived for the right credentials of an archived account
        """
        # sudo: nobody is logged in yet; accounts and hashes are readable by no public user
        accounts = self.sudo().with_context(active_test=False)
        # What can be no code (a NUL, say) need not reach the database.
        account = accounts.search([("code", "=", code)]) if CODE.fullmatch(code) else accounts
        credential = account.credential_ids.filtered("active")._match(credentials)
        if not credential or (credentials.from_query and not account.allow_query_token):
            raise Problem(
                UNAUTHORIZED,
                "Send the app key and app token of this marketplace account.",
                headers={"WWW-Authenticate": "VTEX"},
            )
        if not account.active:
            raise Problem(ACCOUNT_ARCHIVED, "This marketplace account takes no more requests.")
        return account

    def _generate_credential(self):
        """Issue a new app key and app token; the present ones stop working.

        :return: ``(app_key, app_token)``; the token cannot be had again
        :raise AccessError: for who is not a marketplace manager
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group(
            "marketplace_order_cancellation.group_marketplace_manager"
        ):
            raise AccessError(
                self.env._("Only a marketplace manager can generate credentials for an account.")
            )
        self.check_access("write")
        # sudo: credentials are written here and nowhere else
        account = self.sudo()
        account.credential_ids.active = False
        credential, token = account.credential_ids._issue(account)
        account.message_post(
            body=self.env._("New credentials were generated: app key %s.", credential.app_key)
        )
        return credential.app_key, token

    def action_generate_credential(self):
        """Issue new credentials and show them, this once."""
        app_key, token = self._generate_credential()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credentials for %s", self.name),
            "res_model": "marketplace.credential.show",
            "views": [(False, "form")],
            "target": "new",
            # as Odoo shows its own API keys: passed along, stored nowhere
            "context": {
                "default_endpoint_url": self.endpoint_url,
                "default_app_key": app_key,
                "default_app_token": token,
                "default_allow_query_token": self.allow_query_token,
            },
        }
