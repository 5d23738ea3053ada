"""From 19.0.1.7: orders know when they were first confirmed: a shopper's window depends on it."""


def migrate(cr, _version):
    """Note it on marketplaces' orders, as far as it is known; never too late.

    Odoo posts a message of a kind of its own when an order is confirmed. Where there is none, the
    order was confirmed when an importer created it, or some time after that. Quotations that never
    were are left out.
    """
    cr.execute(
        """
        UPDATE sale_order sale
           SET first_confirmed_at = date_trunc(
                   'second', COALESCE(confirmed.at, sale.create_date)
               )
          FROM sale_order own
          LEFT JOIN LATERAL (
               SELECT min(message.date) AS at
                 FROM mail_message message
                 JOIN ir_model_data known
                   ON known.module = 'sale' AND known.name = 'mt_order_confirmed'
                  AND known.res_id = message.subtype_id
                WHERE message.model = 'sale.order' AND message.res_id = own.id
               ) confirmed ON TRUE
         WHERE own.id = sale.id
           AND own.marketplace_account_id IS NOT NULL
           AND own.first_confirmed_at IS NULL
           AND (confirmed.at IS NOT NULL OR own.state IN ('sale', 'cancel'))
        """
    )
