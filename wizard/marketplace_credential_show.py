from odoo import fields, models


class MarketplaceCredentialShow(models.AbstractModel):
    """Shows new credentials once. Abstract, as ``res.users.apikeys.show``: it has no table."""

    _name = "marketplace.credential.show"
    _description = "Show Marketplace Credentials"

    id = fields.Id()  # needed by the onchange that returns the values
    endpoint_url = fields.Char("Fulfillment Endpoint", readonly=True)
    app_key = fields.Char(readonly=True)
    app_token = fields.Char(readonly=True)
    allow_query_token = fields.Boolean(readonly=True)
    query_url = fields.Char("Address with Token", compute="_compute_query_url")

    def _compute_query_url(self):
        for shown in self:
            shown.query_url = f"{shown.endpoint_url}?token={shown.app_token}"
