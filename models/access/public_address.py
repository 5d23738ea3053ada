from odoo import api, fields, models

from ...tools.public_address import doubt_about, host_of


class MarketplaceAccount(models.Model):
    """Whether the marketplace can call the address that is shown to be registered there."""

    _inherit = "marketplace.account"

    endpoint_warning = fields.Char(compute="_compute_endpoint_warning")

    @api.depends("endpoint_url")
    @api.depends_context("lang")
    def _compute_endpoint_warning(self):
        for account in self:
            account.endpoint_warning = account.endpoint_url and account._warn_of_endpoint()

    def _warn_of_endpoint(self):
        """What is wrong with the endpoint's address, and what to do; False if nothing is."""
        doubt, host = doubt_about(self.endpoint_url), host_of(self.endpoint_url)
        if not doubt:
            return False
        if doubt == "private":
            text = self.env._(
                "The marketplace cannot reach %s from the internet: it is an address of your own "
                "network.",
                host,
            )
        else:
            text = self.env._(
                "The address begins with http://, so the app token would be sent unencrypted. "
                "Make Odoo available at https://%s.",
                host,
            )
        todo = self.env._(
            "An administrator enters the public address, https://…, as the system parameter "
            "web.base.url, and sets web.base.url.freeze to True, so that it stays. Register the "
            "endpoint after that."
        )
        return f"{text} {todo}"
