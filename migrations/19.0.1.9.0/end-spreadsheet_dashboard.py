"""From 19.0.1.8: the page among Odoo's dashboards goes; the addon's own dashboard has its figures.

At the end, as Odoo's dashboards may be loaded after the addon.
"""

from odoo import SUPERUSER_ID, api

_ADDON = "marketplace_order_cancellation"
_NAME = "spreadsheet_dashboard_cancellations"


def migrate(cr, _version):
    """Delete the page, or leave it to whom it belongs by now: to people who have changed it."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    names = env["ir.model.data"].search([("module", "=", _ADDON), ("name", "=", _NAME)])
    if "spreadsheet.dashboard" in env:
        pages = env["spreadsheet.dashboard"].browse(names.mapped("res_id")).exists()
        pages.filtered(lambda page: page.write_uid.id == SUPERUSER_ID).unlink()
    names.exists().unlink()
