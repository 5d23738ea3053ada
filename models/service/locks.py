from odoo import api, models
from odoo.tools import SQL

#: For how many products an order takes a lock at the most: all sessions share one table of locks.
#: They save collisions; what is cancelled without one is cancelled rightly all the same.
_MOST_OF_ORDER = 64


def stock_locks(company_id, product_ids):
    """The keys of the locks on the stock of these products, at most :data:`_MOST_OF_ORDER`.

    The same ones for everybody, however many products an order has.
    """
    return [("stock", company_id, product) for product in sorted(product_ids)[:_MOST_OF_ORDER]]


class MarketplaceCancellationService(models.AbstractModel):
    """Which cancellations wait for each other: those that change the same stock rows."""

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _stock_locks(self, account, marketplace_order_id):
        """Keys for ``locked``: cancellations of the same goods wait for each other.

        Read past the ORM: what is read before the lock is taken is read once more under it.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH named AS (
                    SELECT id FROM sale_order
                     WHERE marketplace_account_id = %s AND marketplace_order_id = %s
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
                """,
                account.id,
                marketplace_order_id,
            )
        )
        company_id = account._settings().company_id
        return stock_locks(company_id, [product_id for (product_id,) in self.env.cr.fetchall()])
