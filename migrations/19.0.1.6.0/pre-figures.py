"""From 19.0.1.5: receipts tell reports what was called off, and how long it took."""

from odoo.tools.sql import column_exists, create_column


def migrate(cr, _version):
    """Make the columns here: of a million receipts Odoo would compute them one by one.

    How far the orders had got is not known any more. Their value is that of today, and counts once
    for each order, as it does for new receipts.
    """
    for name in ("hours_to_settle", "called_off"):
        if not column_exists(cr, "marketplace_cancellation_receipt", name):
            create_column(cr, "marketplace_cancellation_receipt", name, "float8")
    cr.execute(
        """
        UPDATE marketplace_cancellation_receipt receipt
           SET hours_to_settle = GREATEST(
                   EXTRACT(EPOCH FROM receipt.settled_at - receipt.received_at) / 3600, 0
               ),
               called_off = CASE WHEN is_first
                   THEN amount_untaxed / COALESCE(NULLIF(currency_rate, 0), 1) END
          FROM (
                SELECT one.id, sale.amount_untaxed, sale.currency_rate,
                       one.state IN ('cancelled', 'queued') AND row_number() OVER (
                           PARTITION BY one.sale_order_id, one.state IN ('cancelled', 'queued')
                           ORDER BY one.id
                       ) = 1 AS is_first
                  FROM marketplace_cancellation_receipt one
                  LEFT JOIN sale_order sale ON sale.id = one.sale_order_id
               ) old
         WHERE old.id = receipt.id
        """
    )
