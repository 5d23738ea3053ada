from odoo import api, models
from odoo.tools import SQL

from ...tools.lock import exclusive


class MarketplaceLogEntry(models.Model):
    """How the log gets rid of what it says of receipts that are no longer kept.

    A chain can be cut at its beginning only. What is still there of that time is noted once more at
    its end, word for word: so what was changed by then is still found out.
    """

    _inherit = "marketplace.log.entry"

    @api.model
    def _cut(self, account):
        """Delete the entries that are older than ``account`` keeps receipts, and commit.

        The account remembers the last of them: there its log begins.
        """
        since = account._receipts_kept_since()
        cr = self.env.cr
        self._chain_all(account)
        with exclusive(cr, "log", account.id):
            begin = self._last_before(account, since)
            if begin:
                self._note_again(account, begin[0])
                while self._chain(account):
                    pass
                cr.execute(
                    SQL(
                        "DELETE FROM marketplace_log_entry WHERE account_id = %s AND number <= %s",
                        account.id,
                        begin[0],
                    )
                )
                account.write({"log_begins_after": begin[0], "log_begins_hash": begin[1]})
            cr.commit()  # pylint: disable=invalid-commit  # before the lock is given back

    @api.model
    def _last_before(self, account, since):
        """``(number, hash)`` of the newest of the entries that were all noted before ``since``."""
        self.env.cr.execute(
            SQL(
                """
                SELECT number, hash
                  FROM marketplace_log_entry
                 WHERE account_id = %(account)s
                   AND noted_at < %(since)s
                   AND number < (
                       SELECT COALESCE(min(number), 2147483647)
                         FROM marketplace_log_entry
                        WHERE account_id = %(account)s AND noted_at >= %(since)s
                   )
                 ORDER BY number DESC
                 LIMIT 1
                """,
                account=account.id,
                since=since,
            )
        )
        return self.env.cr.fetchone()

    @api.model
    def _note_again(self, account, number):
        """Repeat what the entries up to ``number`` say last of receipts that are not deleted."""
        self._write_entries(
            SQL(
                """
                SELECT entry.account_id, entry.receipt_id, entry.delivery_id, entry.digest
                  FROM marketplace_log_entry entry
                 WHERE entry.account_id = %(account)s
                   AND entry.number <= %(number)s
                   AND entry.digest IS NOT NULL
                   AND NOT EXISTS (
                       SELECT FROM marketplace_log_entry later
                        WHERE later.receipt_id = entry.receipt_id
                          AND later.account_id = entry.account_id
                          AND (
                              later.digest IS NULL
                              OR later.delivery_id IS NOT DISTINCT FROM entry.delivery_id
                          )
                          AND later.id <> entry.id
                          AND (later.number > entry.number OR later.number IS NULL)
                   )
                 ORDER BY entry.number
                """,
                account=account.id,
                number=number,
            )
        )
