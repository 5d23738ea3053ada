from odoo import fields, models

from ..tools.samples import TRIED_ORDER


class MarketplaceCredentialShow(models.AbstractModel):
    """Shows new credentials once. Abstract, as ``res.users.apikeys.show``: it has no table."""

    _name = "marketplace.credential.show"
    _description = "Show Marketplace Credentials"

    id = fields.Id()  # needed by the onchange that returns the values
    endpoint_url = fields.Char("Fulfillment Endpoint", readonly=True)
    app_key = fields.Char(readonly=True)
    app_token = fields.Char(readonly=True)
    allow_query_token = fields.Boolean(readonly=True)
    query_url = fields.Char("Address with Token", compute="_compute_texts")
    everything = fields.Text("All of It", compute="_compute_texts")
    curl_command = fields.Text("Command", compute="_compute_texts")

    # It depends on nothing, or else a dialog that is opened would not compute it.
    def _compute_texts(self):
        for shown in self:
            address, token = shown.endpoint_url, shown.app_token
            shown.query_url = f"{address}?token={token}"
            lines = [
                (shown._fields["endpoint_url"].get_description(self.env)["string"], address),
                ("X-VTEX-API-AppKey", shown.app_key),
                ("X-VTEX-API-AppToken", token),
            ]
            if shown.allow_query_token:
                lines.append((self.env._("Address with Token"), shown.query_url))
            shown.everything = "\n".join(f"{label}: {value}" for label, value in lines)
            shown.curl_command = " \\\n  ".join(
                [
                    f"curl -i -X POST '{address}/pvt/orders/{TRIED_ORDER}/cancel'",
                    f"-H 'X-VTEX-API-AppKey: {shown.app_key}'",
                    f"-H 'X-VTEX-API-AppToken: {token}'",
                    "-H 'Content-Type: application/json'",
                    f'-d \'{{"marketplaceOrderId": "{TRIED_ORDER}"}}\'',
                ]
            )
