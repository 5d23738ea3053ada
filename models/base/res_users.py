from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_marketplace_endpoint(self):
        """Keep the user as whom every marketplace's request is settled."""
        if self.env["marketplace.account"]._endpoint_user() in self:
            raise UserError(
                self.env._("This user carries out what marketplaces ask; it cannot be deleted.")
            )
