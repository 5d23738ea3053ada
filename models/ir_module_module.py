from odoo import models
from odoo.tools import convert_file

_ADDON = "marketplace_order_cancellation"
DASHBOARDS = "spreadsheet_dashboard"
DASHBOARD = f"{_ADDON}.spreadsheet_dashboard_cancellations"


class IrModuleModule(models.Model):
    """A page among Odoo's dashboards, where these are installed: before the addon, or after it."""

    _inherit = "ir.module.module"

    def write(self, vals):
        """Odoo writes this once a module is installed or updated, in the process that does it and
        in its transaction; there is no other moment at which one module hears of another.
        """
        written = super().write(vals)
        if vals.get("state") == "installed" and {_ADDON, DASHBOARDS} & set(self.mapped("name")):
            self._add_marketplace_dashboard()
        return written

    def _add_marketplace_dashboard(self):
        """Make the page, unless it is there: then it is whatever people have made of it."""
        addon = self._get(_ADDON)
        if (
            addon.state != "installed"
            or "spreadsheet.dashboard" not in self.env
            or self.env.ref(DASHBOARD, raise_if_not_found=False)
        ):
            return
        convert_file(self.env, _ADDON, "data/spreadsheet_dashboard.xml", {})
        addon._update_translations()
