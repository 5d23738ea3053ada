from odoo import api, fields, models

from ...tools.inbound.rejection import ADVICE, OF_CREDENTIALS

_MANAGER = "marketplace_order_cancellation.group_marketplace_manager"


class MarketplaceRejectedCall(models.Model):
    """What to do about rejected calls, and what they can be compared with.

    What a call has sent is not kept, so it is the account's own codes, keys and addresses that are
    named, to those who manage them.
    """

    _inherit = "marketplace.rejected.call"

    advice = fields.Char("What to Do", compute="_compute_advice")
    own_values = fields.Char(
        "What Is Right",
        compute="_compute_own_values",
        help="The codes, app keys or addresses that are accepted. What a call has sent is not "
        "kept.",
    )

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["reason"]._description_selection(self.env))
        for rejected in self:
            rejected.display_name = names.get(rejected.reason)

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_advice(self):
        for rejected in self:
            rejected.advice = rejected.reason and self.env._(ADVICE[rejected.reason])

    @api.depends("reason", "account_id")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_own_values(self):
        is_manager = self.env.user.has_group(_MANAGER)
        for rejected in self:
            rejected.own_values = is_manager and rejected._describe_own_values()

    def _describe_own_values(self):
        if self.reason == "no_account":
            own = [("company_id", "in", self.env.companies.ids)]
            accounts = self.env["marketplace.account"].search(own)
            codes = ", ".join(accounts.mapped("code")) or self.env._("none")
            return self.env._("Codes of your accounts: %s", codes)
        if self.reason in OF_CREDENTIALS:
            keys = self.account_id.credential_ids.filtered(lambda key: not key.is_expired)
            keys = ", ".join(keys.mapped("app_key")) or self.env._("none")
            return self.env._("App keys that work: %s", keys)
        if self.reason == "address":
            networks = self.account_id.allowed_networks or self.env._("all")
            return self.env._("Allowed addresses: %s", networks)
        if self.reason == "path":
            return self.account_id.endpoint_url
        return False
