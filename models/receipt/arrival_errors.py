from odoo import api, models
from odoo.tools import SQL


class MarketplaceCancellationDelivery(models.Model):
    """Which calls were answered with an error."""

    _inherit = "marketplace.cancellation.delivery"

    # Few are: whoever looks for those of a day reads no others.
    _errors_idx = models.Index("(received_at) WHERE http_status >= 400")

    @api.model
    def _count_errors(self, account, since, limit):
        """``{status: number}`` of the calls of ``account`` that got one of 400 or more.

        :param since: naive, UTC
        :param limit: as many are counted at the most
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT http_status, count(*)
                  FROM (SELECT delivery.http_status
                          FROM marketplace_cancellation_delivery delivery
                          JOIN marketplace_cancellation_receipt receipt
                            ON receipt.id = delivery.receipt_id
                         WHERE delivery.http_status >= 400
                           AND delivery.received_at >= %s
                           AND receipt.account_id = %s
                         LIMIT %s) latest
                 GROUP BY http_status
                 ORDER BY http_status
                """,
                since,
                account.id,
                limit,
            )
        )
        return dict(self.env.cr.fetchall())
