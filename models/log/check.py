from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

from ...tools.log_chain import MISSING, follow

#: How many findings of a kind are told one by one.
TOLD = 50

#: A receipt or delivery that is not what the log says: ``kind`` is edited, missing or inserted.
Mismatch = namedtuple("Mismatch", "kind receipt_id delivery_id")


class MarketplaceLogEntry(models.Model):
    """Whether a log, and the receipts and deliveries that it tells of, are as they were written."""

    _inherit = "marketplace.log.entry"

    @api.model
    def _check(self, account, noted=None):
        """Compare everything of ``account``.

        :param noted: ``(number, hash)`` of an entry as somebody wrote it down earlier, elsewhere
        :return: ``(number, hash)`` of the newest entry, and a list of findings, one sentence each
        """
        head = self._head(account)
        findings = []
        for broken in follow(self._read_chain(account), *account._log_begins()):
            if len(findings) == TOLD:
                break
            findings.append(self._describe_break(broken))
        findings += self._describe_mismatches(self._mismatches(account))
        if noted:
            findings += self._compare_noted(account, head, *noted)
        return head, findings

    @api.model
    def _mismatches(self, account):
        """The :class:`Mismatch` es between what the log says last and what there is."""
        receipts = self.env["marketplace.cancellation.receipt"]._log_states(None)
        deliveries = self.env["marketplace.cancellation.delivery"]._log_states(None)
        self.env.cr.execute(
            SQL(
                """
                WITH noted AS (
                    SELECT DISTINCT ON (receipt_id, delivery_id) receipt_id, delivery_id, digest
                      FROM marketplace_log_entry
                     WHERE account_id = %(account)s
                     ORDER BY receipt_id, delivery_id, number DESC NULLS FIRST, id DESC
                ), alive AS (
                    SELECT noted.*
                      FROM noted
                     WHERE NOT EXISTS (
                           SELECT FROM noted gone
                            WHERE gone.receipt_id = noted.receipt_id
                              AND gone.delivery_id IS NULL
                              AND gone.digest IS NULL
                     )
                ), present AS (
                    SELECT * FROM (%(receipts)s) receipt WHERE account_id = %(account)s
                    UNION ALL
                    SELECT * FROM (%(deliveries)s) delivery WHERE account_id = %(account)s
                )
                SELECT CASE WHEN present.receipt_id IS NULL THEN 'missing'
                            WHEN alive.receipt_id IS NULL THEN 'inserted'
                            ELSE 'edited'
                       END,
                       COALESCE(present.receipt_id, alive.receipt_id),
                       COALESCE(present.delivery_id, alive.delivery_id)
                  FROM alive
                  FULL JOIN present
                    ON present.receipt_id = alive.receipt_id
                   AND COALESCE(present.delivery_id, 0) = COALESCE(alive.delivery_id, 0)
                 WHERE present.digest IS DISTINCT FROM alive.digest
                UNION ALL
                SELECT 'edited', receipt.id, NULL
                  FROM marketplace_cancellation_receipt receipt
                 WHERE receipt.account_id = %(account)s
                   AND receipt.company_id IS DISTINCT FROM %(company)s
                 ORDER BY 1, 2, 3
                """,
                account=account.id,
                company=account.company_id.id,
                receipts=receipts,
                deliveries=deliveries,
            )
        )
        return [Mismatch(*row) for row in self.env.cr.fetchall()]

    @api.model
    def _describe_break(self, broken):
        if broken.kind == MISSING:
            return self.env._(
                "Entries %(first)s to %(last)s of the log are missing.",
                first=broken.first,
                last=broken.last,
            )
        return self.env._("Entry %s of the log was changed, or the one before it.", broken.first)

    @api.model
    def _describe_mismatches(self, mismatches):
        """One sentence for each, as many as somebody can read."""
        receipts = self.env["marketplace.cancellation.receipt"]
        told = mismatches[:TOLD]
        known = receipts.browse({found.receipt_id for found in told}).exists()
        names = {receipt.id: receipt.protocol_code for receipt in known}
        sentences = [
            self._describe_mismatch(found, names.get(found.receipt_id, found.receipt_id))
            for found in told
        ]
        if more := len(mismatches) - len(told):
            sentences.append(self.env._("And %s more receipts and deliveries.", more))
        return sentences

    @api.model
    def _describe_mismatch(self, found, receipt):
        if found.delivery_id:
            texts = {
                "edited": self.env._("Delivery %(id)s of receipt %(receipt)s was changed."),
                "missing": self.env._("Delivery %(id)s of receipt %(receipt)s is missing."),
                "inserted": self.env._("Delivery %(id)s of receipt %(receipt)s was inserted."),
            }
        else:
            texts = {
                "edited": self.env._("Receipt %(receipt)s was changed."),
                "missing": self.env._("Receipt no. %(receipt)s is missing."),
                "inserted": self.env._("Receipt %(receipt)s was inserted."),
            }
        return texts[found.kind] % {"id": found.delivery_id, "receipt": receipt}

    @api.model
    def _compare_noted(self, account, head, number, noted_hash):
        """What an entry that somebody wrote down says of the log."""
        begins_after, begin_hash = account._log_begins()
        if number > head[0]:
            yield self.env._(
                "The log ends at entry %(last)s, before entry %(noted)s that was noted: what came "
                "after it is missing.",
                last=head[0],
                noted=number,
            )
        elif number < begins_after:
            yield self.env._(
                "Entry %(noted)s that was noted is no longer kept: the log begins after entry "
                "%(first)s.",
                noted=number,
                first=begins_after,
            )
        elif noted_hash != self._hash_of(account, number, begins_after, begin_hash):
            yield self.env._("Entry %s is another one than was noted.", number)

    @api.model
    def _hash_of(self, account, number, begins_after, begin_hash):
        if number == begins_after:
            return begin_hash
        numbered = [("account_id", "=", account.id), ("number", "=", number)]
        return self.search(numbered).hash
