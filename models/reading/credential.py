from odoo import fields, models


class MarketplaceAccountCredential(models.Model):
    """The credentials that an account's Orders hook calls with: nobody else has them.

    People do not hand them out, so generating new ones does not end them.
    """

    _inherit = "marketplace.account.credential"

    kind = fields.Selection(selection_add=[("hook", "Orders Hook")], ondelete={"hook": "cascade"})
