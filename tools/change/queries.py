"""Questions to Odoo's tables about a part of an order."""

#: Of each of the conditions ``holds`` whether it does for one of ``lines`` of an order, or for all
#: of the order; see ``tools.signs``.
COMMITTED_FOR_LINES = """
    SELECT %(holds)s
      FROM sale_order sale
      LEFT JOIN sale_order_line line ON line.order_id = sale.id AND line.id IN %(lines)s
      LEFT JOIN stock_move move ON move.sale_line_id = line.id
     WHERE sale.id = %(order)s
"""

#: Moves of ``lines`` that can still be done.
OPEN_MOVES_OF_LINES = """
    SELECT id FROM stock_move WHERE sale_line_id IN %(lines)s AND state NOT IN ('done', 'cancel')
"""

#: How much of each of ``lines`` stands on drafts of invoices, by draft, in the line's unit: less
#: what was credited of it before it was a draft again.
DRAFTS_OF_LINES = """
    SELECT line.id, invoice.id, SUM(
               item.quantity * item_unit.factor / line_unit.factor
               * CASE document.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
           )
      FROM sale_order_line line
      JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
      JOIN account_move_line item ON item.id = rel.invoice_line_id
      JOIN account_move document ON document.id = item.move_id
      JOIN account_move invoice ON invoice.id = CASE document.move_type
               WHEN 'out_refund' THEN document.reversed_entry_id ELSE document.id END
      JOIN uom_uom item_unit ON item_unit.id = COALESCE(item.product_uom_id, line.product_uom_id)
      JOIN uom_uom line_unit ON line_unit.id = line.product_uom_id
     WHERE line.id IN %(lines)s
       AND invoice.state = 'draft' AND invoice.move_type = 'out_invoice'
       AND document.state != 'cancel'
     GROUP BY line.id, invoice.id
"""
