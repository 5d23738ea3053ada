"""From 19.0.1.2: former defaults, repeats among the deliveries, indexes that others replace."""


def migrate(cr, _version):
    """Bring what was there before up to date."""
    # Accounts that have kept the former default get the new one.
    cr.execute("UPDATE marketplace_account SET background_after = 20 WHERE background_after = 50")
    cr.execute(
        """
        UPDATE marketplace_cancellation_delivery
           SET is_repeat = TRUE
         WHERE id IN (
               SELECT id
                 FROM (
                      SELECT id, row_number() OVER (PARTITION BY receipt_id ORDER BY id) AS number
                        FROM marketplace_cancellation_delivery
                      ) delivery
                WHERE number > 1
               )
        """
    )
    # Odoo makes indexes, and drops none.
    cr.execute("DROP INDEX IF EXISTS marketplace_cancellation_receipt__company_id_index")
    cr.execute("DROP INDEX IF EXISTS marketplace_cancellation_receipt__marketplace_order_id_index")
