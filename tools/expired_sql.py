"""Which receipts nobody needs any more. The models put in what stands as ``%(name)s``."""

#: ID and marketplace order ID of the receipts of an account that it does not want to keep and
#: nobody needs, oldest first.
#:
#: A receipt that the marketplace has its confirmation for is needed as long as the order goes on
#: here, kept open or revived: the answer to a repeat must remain the confirmation, while a new
#: request would cancel the order.
#:
#: A change is needed as long as its order has something to deliver: a repeat of it would be a new
#: one, and be carried out once more. Other goods may never leave; so it also goes once it was
#: settled, and the marketplace has called about it, as long ago as what was never settled.
#:
#: One that was never settled is over when it was neither called for nor marked as resolved since,
#: no order is here that it could be about, and so none is on hold.
EXPIRED = """
    SELECT receipt.id, receipt.marketplace_order_id
      FROM marketplace_cancellation_receipt receipt
     WHERE receipt.account_id = %(account)s
       AND receipt.received_at < %(any)s  -- has an index
       AND %(among)s
       AND (
            receipt.state IN %(final)s AND receipt.settled_at < %(since)s
            OR receipt.state IN %(part_final)s AND receipt.settled_at < %(since)s AND (
                receipt.settled_at < %(over)s
                AND NOT EXISTS (
                    SELECT FROM marketplace_cancellation_delivery delivery
                     WHERE delivery.receipt_id = receipt.id AND delivery.received_at >= %(over)s
                )
                OR NOT EXISTS (
                    SELECT
                      FROM sale_order sale
                      JOIN sale_order_line line ON line.order_id = sale.id
                     WHERE sale.state <> 'cancel'
                       AND (
                            sale.id = receipt.sale_order_id
                            OR sale.replaced_order_id = receipt.sale_order_id
                            OR sale.marketplace_account_id = receipt.account_id
                               AND sale.marketplace_order_id = receipt.marketplace_order_id
                       )
                       AND line.display_type IS NULL
                       AND (
                            sale.state <> 'sale'
                            OR COALESCE(line.qty_delivered, 0) < line.product_uom_qty
                       )
                )
            )
            OR receipt.state IN %(unsettled)s AND (
                receipt.received_at < %(over)s
                AND COALESCE(receipt.resolved_at, receipt.received_at) < %(over)s
                AND NOT EXISTS (
                    SELECT FROM marketplace_cancellation_delivery delivery
                     WHERE delivery.receipt_id = receipt.id AND delivery.received_at >= %(over)s
                )
                AND NOT EXISTS (
                    SELECT FROM sale_order named
                     WHERE named.marketplace_account_id = receipt.account_id
                       AND named.marketplace_order_id = receipt.marketplace_order_id
                       AND named.state <> 'cancel'
                )
                AND NOT EXISTS (
                    SELECT FROM sale_order held
                     WHERE held.state <> 'cancel'
                       AND (
                            held.id = receipt.sale_order_id
                            OR held.replaced_order_id = receipt.sale_order_id
                       )
                )
            )
       )
       AND NOT EXISTS (
            SELECT
              FROM marketplace_outbound_call call
             WHERE call.receipt_id = receipt.id AND call.state IN %(untold)s
       )
       AND (
            receipt.state NOT IN %(confirmed)s
            OR NOT EXISTS (
                SELECT
                  FROM sale_order sale
                 WHERE sale.state <> 'cancel'
                   AND (
                        sale.id = receipt.sale_order_id
                        OR sale.replaced_order_id = receipt.sale_order_id
                   )
            )
       )
     ORDER BY receipt.received_at
     LIMIT %(batch)s
"""
