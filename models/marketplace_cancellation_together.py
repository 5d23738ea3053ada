import time

from odoo import api, models
from odoo.tools import SQL

from ..tools import fault
from ..tools.decision import Stage

#: How many orders are cancelled together at the most before they are answered.
_COMPANY = 16


#: How long a request that has its turn waits for company where others are about, in seconds, and
#: how often it looks. Two together cost far less than one after the other.
_PATIENCE, _LOOK = 0.015, 0.002
#: For how long others are taken to be about after they were met, in seconds.
_MEMORY = 1


class _Crowd:
    """Whether this worker has met others that cancel orders of the same goods. A mere guess, which
    decides on nothing but how long to wait: so it need not be shared.
    """

    def __init__(self):
        self.leave()

    def meet(self):
        self.met_at = time.monotonic()

    def leave(self):
        self.met_at = -_MEMORY

    def is_about(self):
        return time.monotonic() - self.met_at < _MEMORY


_crowd = _Crowd()


class MarketplaceCancellationService(models.AbstractModel):
    """Settles together the requests that wait for the same goods.

    Each waits in a process of its own for its turn. Whoever has it cancels the others' orders along
    with its own, for little more than its own costs, and they find their answers.
    """

    _inherit = "marketplace.cancellation.service"

    @api.model
    def _wait_for_others(self, account, receipt, waited):
        """Give others that are about a moment to register, so that they can be settled together.

        Whoever was settled by another while it waited keeps nobody from the next turn.

        :param waited: whether ``receipt`` had to wait for its turn
        """
        if waited:
            _crowd.meet()
            if receipt._stored_answer():
                return
        if not _crowd.is_about():
            return
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if self._look_for_company(account, receipt):
                return
            self.env.cr.commit()  # pylint: disable=invalid-commit  # to see what comes meanwhile
            time.sleep(_LOOK)
        _crowd.leave()

    @api.model
    def _settle_with_company(self, receipt, locks):
        """Cancel the order of ``receipt``, and the orders of those that wait for the same goods.

        Only orders that nobody has begun to work on: everything else has to be looked at.

        :param locks: the locks on goods that are held, see :meth:`_stock_locks`
        :return: whether the order is cancelled
        """
        others = self._look_for_company(receipt.account_id, receipt)
        by_order = self._orders_of_company(receipt, others, locks) if others else {}
        by_order = self._without_locked(by_order) if by_order else {}
        order = self._order_of(receipt) if by_order else None
        if not order:
            return False
        _crowd.meet()
        by_order[order] = receipt
        orders = self.env["sale.order"].concat(*by_order)
        orders._claim_fulfilment()
        untouched = orders._untouched(by_order.values())
        if order not in untouched:
            return False
        together = {own: by_order[own] for own in untouched}
        for own, its_receipt in together.items():
            its_receipt.write(its_receipt._figures(Stage.UNTOUCHED, own))
            its_receipt._set_cancelled(own)  # before: to cancel makes Odoo forget what it has read
        fault.point("company marked")
        orders._cancel_each_for_marketplace(together, untouched)
        fault.point("company cancelled")
        return True

    @api.model
    def _without_locked(self, by_order):
        """``by_order`` without the orders whose rows others have locked: those wait alone."""
        orders = self.env["sale.order"].concat(*by_order)
        self.env.cr.execute(
            SQL(
                "SELECT id FROM sale_order WHERE id IN %s ORDER BY id"
                " FOR NO KEY UPDATE SKIP LOCKED",
                orders._ids,
            )
        )
        return {
            order: by_order[order] for order in orders.browse(i for (i,) in self.env.cr.fetchall())
        }

    @api.model
    def _look_for_company(self, account, receipt):
        """IDs of other receipts of ``account`` that are not settled yet."""
        self.env.cr.execute(
            SQL(
                """
                SELECT id
                  FROM marketplace_cancellation_receipt
                 WHERE state = 'received' AND account_id = %s AND id <> %s
                 ORDER BY id
                 LIMIT %s
                """,
                account.id,
                receipt.id,
                _COMPANY,
            )
        )
        return [receipt_id for (receipt_id,) in self.env.cr.fetchall()]

    @api.model
    def _orders_of_company(self, receipt, others, locks):
        """``{order: its receipt}`` of the receipts ``others`` whose orders need no other goods
        than those that are held, and are named by address and body alike.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT sale.id, min(other.id)
                  FROM marketplace_cancellation_receipt other
                  JOIN sale_order sale
                    ON sale.marketplace_account_id = other.account_id
                   AND sale.marketplace_order_id = other.marketplace_order_id
                 WHERE other.id = ANY(%s)
                   AND other.marketplace_order_id <> %s
                   AND other.path_order_id IN (other.marketplace_order_id, sale.name)
                   AND NOT EXISTS (
                       SELECT FROM sale_order_line line
                         JOIN stock_move move ON move.sale_line_id = line.id
                        WHERE line.order_id = sale.id AND move.product_id <> ALL(%s)
                   )
                 GROUP BY sale.id
                """,
                others,
                receipt.marketplace_order_id,
                [product_id for _stock, _company_id, product_id in locks],
            )
        )
        return {
            self.env["sale.order"].browse(order_id): receipt.browse(receipt_id)
            for order_id, receipt_id in self.env.cr.fetchall()
        }
