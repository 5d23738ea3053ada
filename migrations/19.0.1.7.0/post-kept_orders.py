"""From 19.0.1.6: orders remember that somebody keeps them open."""


def migrate(cr, _version):
    """Note it on orders that were kept open and not cancelled since, nor was what replaces them."""
    cr.execute(
        """
        UPDATE sale_order sale
           SET is_kept_open = TRUE
          FROM (
               SELECT DISTINCT ON (sale_order_id) sale_order_id, state
                 FROM marketplace_cancellation_receipt
                WHERE state IN ('cancelled', 'kept') AND sale_order_id IS NOT NULL
                ORDER BY sale_order_id, id DESC
               ) newest
         WHERE newest.sale_order_id = sale.id
           AND newest.state = 'kept'
           AND (
               sale.state <> 'cancel'
               OR EXISTS (
                  SELECT FROM sale_order replacement
                   WHERE replacement.replaced_order_id = sale.id AND replacement.state <> 'cancel'
               )
           )
        """
    )
