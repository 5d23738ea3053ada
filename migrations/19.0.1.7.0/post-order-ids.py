"""From 19.0.1.6: orders lose the blanks that an importer has left around the marketplace's ID."""

from odoo.addons.marketplace_order_cancellation.tools.inbound.cancellation_request import trim_id


def migrate(cr, _version):
    """A cancellation named such an order, did not find it, and waits: the job settles it now.

    Whose ID would become another order's keeps its own; a person has to look at the two.
    """
    cr.execute(
        """
        SELECT id, marketplace_order_id FROM sale_order
         WHERE marketplace_order_id ~ '^[^[:alnum:]]|[^[:alnum:]]$'
         ORDER BY id
        """
    )
    for order_id, marketplace_order_id in cr.fetchall():
        trimmed = trim_id(marketplace_order_id)
        if not trimmed or trimmed == marketplace_order_id:
            continue
        cr.execute(
            """
            UPDATE sale_order SET marketplace_order_id = %(trimmed)s
             WHERE id = %(id)s AND NOT EXISTS (
                   SELECT FROM sale_order other
                    WHERE other.marketplace_order_id = %(trimmed)s
                      AND other.marketplace_account_id = sale_order.marketplace_account_id
                   )
            """,
            {"id": order_id, "trimmed": trimmed},
        )
