from odoo import api, models, tools

from ...tools.network import networks
from ...tools.settings import Settings

#: Fields of an account that its settings have as they are.
_AS_THEY_ARE = (
    "name", "active", "tz", "date_format", "authentication", "allow_query_token", "rate_limit",
    "is_paused", "settlement", "background_after", "cancellation_window",
)  # fmt: skip
#: Fields of an account that its settings are made of.
_FIELDS = {
    *_AS_THEY_ARE, "code", "company_id", "user_id", "allowed_networks",
    "on_picking", "on_partly_shipped", "on_shipped", "on_invoiced", "on_locked", "on_committed",
}  # fmt: skip


class MarketplaceAccount(models.Model):
    """Keeps in memory what every request needs to know of its account.

    Odoo's cache of results tells all workers and hosts when somebody changes something, before
    they take their next request.
    """

    _inherit = "marketplace.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self._forget_settings()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if not _FIELDS.isdisjoint(vals):
            self._forget_settings()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_settings()
        return result

    @api.model
    def _forget_settings(self):
        """Have them read anew: now, and once more after the commit.

        In between another thread may have read what was valid before it.
        """
        registry = self.env.registry
        registry.clear_cache()
        self.env.cr.postcommit.add(registry.clear_cache)

    @tools.ormcache()
    def _ids_by_code(self):
        """``{code: ID}`` of all accounts, archived ones as well."""
        # sudo: asked before anybody is logged in
        accounts = self.sudo().with_context(active_test=False).search([("code", "!=", False)])
        return {account.code: account.id for account in accounts}

    @tools.ormcache("self.id")
    def _settings(self):
        """The account's :class:`Settings`."""
        account = self.sudo()  # sudo: as above
        return Settings(
            **{name: account[name] for name in _AS_THEY_ARE},
            company_id=account.company_id.id,
            lang=account.user_id.lang or account.company_id.partner_id.lang or "en_US",
            allowed_networks=networks(account.allowed_networks),
            policy=account._cancellation_policy(),
            keys=tuple(key._as_key() for key in account._working_credentials()),
        )

    def _working_credentials(self):
        credentials = self.credential_ids | self.signing_secret_ids
        return credentials.filtered("active")
