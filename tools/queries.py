"""Queries of Odoo's tables for which the ORM would need many, or which record rules would narrow.

The decisions are made where these are used; here is only SQL, with named parameters.
"""

#: Count one more decision on ``orders`` and on those that they replace.
CLAIM = """
    UPDATE sale_order
       SET fulfilment_claims = COALESCE(fulfilment_claims, 0) + 1
     WHERE id = ANY(ARRAY(
               SELECT unnest(%(orders)s)
                UNION
               SELECT replaced_order_id FROM sale_order WHERE id = ANY(%(orders)s)
           ))
"""

#: Note of ``orders`` that none was confirmed before that they are now, by the database's clock.
CONFIRM_FIRST = """
    UPDATE sale_order
       SET first_confirmed_at = date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')
     WHERE id IN %(orders)s AND first_confirmed_at IS NULL
"""

#: Orders, each with its moves that are not cancelled, of which ``begun`` holds for no row. Few
#: joins: to plan this query takes far longer than to run it.
UNTOUCHED = """
    SELECT sale.id, array_agg(move.id) FILTER (WHERE move.state <> 'cancel')
      FROM sale_order sale
      LEFT JOIN sale_order_line line ON line.order_id = sale.id
      LEFT JOIN stock_move move ON move.sale_line_id = line.id
     WHERE sale.id IN %(orders)s
       AND sale.state <> 'cancel'
       AND sale.replaced_order_id IS NULL
       AND NOT COALESCE(sale.locked, FALSE)
     GROUP BY sale.id
    HAVING NOT COALESCE(bool_or(%(begun)s), FALSE)
"""

#: Of each of the conditions ``holds`` whether it does for one of ``orders``, see ``signs``.
COMMITTED = """
    SELECT %(holds)s
      FROM sale_order sale
      LEFT JOIN sale_order_line line ON line.order_id = sale.id
      LEFT JOIN stock_move move ON move.sale_line_id = line.id
     WHERE sale.id IN %(orders)s
"""

#: What is still open: of ``orders`` themselves, of their moves and drafts, and of ``pickings``.
LEFT_OPEN = """
    SELECT 'sale.order', id FROM sale_order WHERE id IN %(orders)s AND state <> 'cancel'
    UNION
    SELECT 'stock.move', move.id
      FROM sale_order_line line
      JOIN stock_move move ON move.sale_line_id = line.id
     WHERE line.order_id IN %(orders)s AND move.state NOT IN ('done', 'cancel')
    UNION
    SELECT 'stock.move', id
      FROM stock_move
     WHERE picking_id IN %(pickings)s AND state NOT IN ('done', 'cancel')
    UNION
    SELECT 'account.move', item.move_id
      FROM sale_order_line line
      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
      JOIN account_move_line item ON item.id = rel.invoice_line_id
      JOIN account_move invoice ON invoice.id = item.move_id
     WHERE line.order_id IN %(orders)s
       AND invoice.state = 'draft' AND invoice.move_type = 'out_invoice'
"""

#: What moves but ``own`` have left of ``products`` in ``places``, by order, place and kind.
MOVED_BY_OTHERS = """
    SELECT COALESCE(sold.order_id, picking.sale_id), at.location, line.product_id,
           line.lot_id, at.package, line.owner_id, SUM(at.quantity)
      FROM stock_move_line line
      JOIN stock_move move ON move.id = line.move_id
      LEFT JOIN sale_order_line sold ON sold.id = move.sale_line_id
      LEFT JOIN stock_picking picking ON picking.id = move.picking_id
     CROSS JOIN LATERAL (VALUES
           (line.location_dest_id, line.result_package_id, line.quantity_product_uom),
           (line.location_id, line.package_id, -line.quantity_product_uom)
           ) at (location, package, quantity)
     WHERE line.state = 'done'
       AND line.product_id IN %(products)s
       AND (line.location_id IN %(places)s OR line.location_dest_id IN %(places)s)
       AND at.location IN %(places)s
       AND move.id NOT IN %(own)s
       AND COALESCE(sold.order_id, picking.sale_id) IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5, 6
    HAVING SUM(at.quantity) <> 0
"""

#: The products that cancelling ``account``'s ``marketplace_order`` touches, with those of what
#: replaces it.
PRODUCTS_OF_ORDER = """
    WITH named AS (
        SELECT id FROM sale_order
         WHERE marketplace_account_id = %(account)s AND marketplace_order_id = %(marketplace_order)s
    ), involved AS (
        SELECT id FROM named
        UNION ALL
        SELECT id FROM sale_order WHERE replaced_order_id IN (SELECT id FROM named)
    )
    SELECT DISTINCT move.product_id
      FROM involved
      JOIN sale_order_line line ON line.order_id = involved.id
      JOIN stock_move move ON move.sale_line_id = line.id
     WHERE move.state NOT IN ('done', 'cancel')
"""

#: Lock ``rows`` of the stock as Odoo does, in the same order by everybody.
LOCK_STOCK = """
    SELECT id FROM stock_quant WHERE id = ANY(%(rows)s) ORDER BY id FOR NO KEY UPDATE
"""

#: Whether an order of ``company`` is queued.
IS_QUEUED = """
    SELECT EXISTS (
        SELECT FROM marketplace_cancellation_receipt
         WHERE state = 'queued' AND company_id = %(company)s
    )
"""

#: ``columns`` of the ``receipt`` of a request to cancel a whole order, and of the ``sale`` that it
#: names, NULL if there is none; and whether an order of ``company`` is queued.
LOOK_UP = f"""
    SELECT ({IS_QUEUED}), %(columns)s
      FROM (VALUES (TRUE)) AS always
      LEFT JOIN marketplace_cancellation_receipt receipt
        ON receipt.account_id = %(account)s
       AND receipt.marketplace_order_id = %(marketplace_order)s
       AND COALESCE(receipt.cancellation_request_id, '') = %(request)s
       AND receipt.kind = 'whole'
      LEFT JOIN sale_order sale
        ON sale.marketplace_account_id = %(account)s
       AND sale.marketplace_order_id = %(marketplace_order)s
       AND sale.company_id = %(company)s
"""  # noqa: S608  # a constant

#: ``(receipt, company, products)`` of the oldest ``number`` of queued receipts but ``blocked``.
PRODUCTS_OF_QUEUED = """
    SELECT receipt.id, receipt.company_id, array_agg(DISTINCT move.product_id)
               FILTER (WHERE move.product_id IS NOT NULL)
      FROM (
            SELECT id, company_id, sale_order_id
              FROM marketplace_cancellation_receipt
             WHERE state = 'queued' AND id <> ALL(%(blocked)s)
             ORDER BY id
             LIMIT %(number)s
           ) receipt
      LEFT JOIN sale_order_line line ON line.order_id = receipt.sale_order_id
      LEFT JOIN stock_move move ON move.sale_line_id = line.id
     GROUP BY receipt.id, receipt.company_id
     ORDER BY receipt.id
"""

#: Receipts that can be settled without anybody asking again. Two queries in one, so that each uses
#: its index.
DUE = """(
    SELECT id FROM marketplace_cancellation_receipt WHERE state = 'received'
    UNION ALL
    SELECT receipt.id
      FROM marketplace_cancellation_receipt receipt
      JOIN sale_order sale
        ON sale.marketplace_account_id = receipt.account_id
       AND sale.marketplace_order_id = receipt.marketplace_order_id
     WHERE receipt.state = 'waiting' AND sale.state NOT IN ('draft', 'sent')
)"""

#: Orders that receipts in the states ``holding`` name, or that have the ID of one in ``named``.
HELD_ORDERS = """(
    SELECT sale_order_id FROM marketplace_cancellation_receipt
     WHERE state IN %(holding)s AND sale_order_id IS NOT NULL
    UNION ALL
    SELECT sale.id
      FROM marketplace_cancellation_receipt receipt
      JOIN sale_order sale
        ON sale.marketplace_account_id = receipt.account_id
       AND sale.marketplace_order_id = receipt.marketplace_order_id
     WHERE receipt.state IN %(named)s
)"""

#: Note that ``credential`` is used ``now`` from an ``address``, unless another worker does so just
#: now.
NOTE_USE = """
    UPDATE marketplace_account_credential
       SET last_used_at = %(now)s, last_used_from = %(address)s
     WHERE id IN (
           SELECT id FROM marketplace_account_credential
            WHERE id = %(credential)s
              FOR UPDATE SKIP LOCKED
     )
"""

#: Remember a signed call of ``account`` by its ``fingerprint``; no row if that is known already.
TAKE_SIGNED = """
    INSERT INTO marketplace_signed_attempt (account_id, fingerprint, taken_at)
    VALUES (%(account)s, %(fingerprint)s, now() AT TIME ZONE 'UTC')
    ON CONFLICT DO NOTHING
"""

#: Forget the signed calls of more than so many ``seconds`` ago.
FORGET_SIGNED = """
    DELETE FROM marketplace_signed_attempt
     WHERE taken_at < now() AT TIME ZONE 'UTC' - make_interval(secs => %(seconds)s)
"""

#: Those of ``transfers`` that are for a marketplace's order, by their source document perhaps, or
#: bring goods of one back.
TRANSFERS_THAT_MAY_TELL = """
    SELECT transfer.id
      FROM stock_picking transfer
     WHERE transfer.id = ANY(%(transfers)s)
       AND (
           transfer.return_receipt_id IS NOT NULL
        OR transfer.return_order_id IS NOT NULL
        OR EXISTS (
               SELECT FROM sale_order sale
                WHERE sale.id = transfer.sale_id
                  AND (sale.marketplace_order_id IS NOT NULL OR sale.replaced_order_id IS NOT NULL)
               OFFSET 0
           )
        OR EXISTS (
               SELECT FROM stock_move move
                 JOIN sale_order_line line ON line.id = move.sale_line_id
                WHERE move.picking_id = transfer.id
                  AND line.order_id IS DISTINCT FROM transfer.sale_id
                  AND EXISTS (
                          SELECT FROM sale_order sale
                           WHERE sale.id = line.order_id
                             AND (
                                 sale.marketplace_order_id IS NOT NULL
                              OR sale.replaced_order_id IS NOT NULL
                             )
                          OFFSET 0
                      )
               OFFSET 0
           )
        OR transfer.sale_id IS NULL AND transfer.origin IS NOT NULL AND EXISTS (
               SELECT FROM stock_location destination
                WHERE destination.id = transfer.location_dest_id
                  AND destination.usage IN ('customer', 'transit')
               OFFSET 0
           )
       )
"""
