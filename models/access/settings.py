from typing import NamedTuple

from odoo import api, models, tools

from ...tools.decision import Policy
from ...tools.network import networks


class Settings(NamedTuple):
    """What each request needs to know of its account, the same in every worker's memory.

    :param allowed_networks: of the :mod:`ipaddress` module; empty for everywhere
    :param keys: a :class:`~tools.credential_key.Key` for each of its credentials
    """

    name: str
    active: bool
    company_id: int
    lang: str
    tz: str
    date_format: str
    authentication: str
    allow_query_token: bool
    rate_limit: int
    allowed_networks: tuple
    is_paused: bool
    settlement: str
    background_after: int
    cancellation_window: int
    policy: Policy
    keys: tuple


#: Fields of an account that its settings are made of.
_FIELDS = {
    "name", "active", "code", "company_id", "user_id", "tz", "date_format", "authentication",
    "allow_query_token", "rate_limit", "allowed_networks", "is_paused", "settlement",
    "background_after", "cancellation_window",
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
            name=account.name,
            active=account.active,
            company_id=account.company_id.id,
            lang=account.user_id.lang or account.company_id.partner_id.lang or "en_US",
            tz=account.tz,
            date_format=account.date_format,
            authentication=account.authentication,
            allow_query_token=account.allow_query_token,
            rate_limit=account.rate_limit,
            allowed_networks=networks(account.allowed_networks),
            is_paused=account.is_paused,
            settlement=account.settlement,
            background_after=account.background_after,
            cancellation_window=account.cancellation_window,
            policy=account._cancellation_policy(),
            keys=tuple(key._as_key() for key in account._working_credentials()),
        )

    def _working_credentials(self):
        credentials = self.credential_ids | self.signing_secret_ids
        return credentials.filtered("active")
