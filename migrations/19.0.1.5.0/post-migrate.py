"""From 19.0.1.4: the log begins with the receipts and deliveries that are there."""

from odoo.api import SUPERUSER_ID, Environment
from odoo.tools import SQL


def migrate(cr, _version):
    """Note every receipt and delivery as it is now."""
    env = Environment(cr, SUPERUSER_ID, {})
    receipts = env["marketplace.cancellation.receipt"]._log_states(None)
    deliveries = env["marketplace.cancellation.delivery"]._log_states(None)
    env["marketplace.log.entry"]._write_entries(SQL("%s UNION ALL %s", receipts, deliveries))
