"""From 19.0.1.9: arrivals and receipts say what the marketplace was told."""

from odoo.tools.sql import column_exists, create_column

COLUMNS = {
    "marketplace_cancellation_delivery": {"is_confirmation": "bool"},
    "marketplace_cancellation_receipt": {
        "told_at": "timestamp",
        "told_how": "varchar",
        "told_state": "varchar",
    },
}


def migrate(cr, _version):
    """Make the columns here: of a million receipts Odoo would compute them one by one.

    They are filled when there is all that they are made of (``post-confirmations.py``).
    """
    for table, columns in COLUMNS.items():
        for name, kind in columns.items():
            if not column_exists(cr, table, name):
                create_column(cr, table, name, kind)
