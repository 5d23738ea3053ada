from odoo import api, models

from .ir_module_module import DASHBOARD, DASHBOARDS


class IrModelData(models.Model):
    """Odoo's dashboards may be uninstalled, and the addon's page with them."""

    _inherit = "ir.model.data"

    @api.model
    def _module_data_uninstall(self, modules_to_remove):
        """Odoo would delete the page's section first, which fails, and leave the page's file."""
        if DASHBOARDS in modules_to_remove:
            page = self.env.ref(DASHBOARD, raise_if_not_found=False)
            if page:
                page.unlink()
        return super()._module_data_uninstall(modules_to_remove)
