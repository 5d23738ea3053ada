"""From 19.0.1.6: what was never settled has an age limit, which accounts of before do not want."""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, _version):
    """Accounts that are there keep what they have kept, until somebody says otherwise."""
    if not column_exists(cr, "marketplace_account", "unsettled_days"):
        create_column(cr, "marketplace_account", "unsettled_days", "int4")
        cr.execute("UPDATE marketplace_account SET unsettled_days = 0")
