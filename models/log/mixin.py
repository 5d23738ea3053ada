from odoo import fields, models
from odoo.tools import SQL


class MarketplaceLogMixin(models.AbstractModel):
    """What a receipt, or a delivery, is in its account's log: the entry that tells of it last."""

    _name = "marketplace.log.mixin"
    _description = "Noted in a Marketplace's Log"

    log_number = fields.Integer(
        "Log Entry",
        compute="_compute_log_entry",
        aggregator=None,
        help="The place in the account's log; given within a minute.",
    )
    log_hash = fields.Char(
        compute="_compute_log_entry",
        help="SHA-256 of that entry and of the hash of the one before it.",
    )

    def _compute_log_entry(self):
        entries = self._log_entries()
        for record in self:
            record.log_number, record.log_hash = entries.get(record.id, (0, False))

    def _log_entries(self):
        """``{ID: (number, hash)}`` of the newest entries of ``self``."""
        if not self.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (record_id) record_id, number, hash
                  FROM (%s) entry
                 ORDER BY record_id, number DESC NULLS FIRST, id DESC
                """,
                self._log_entry_query(),
            )
        )
        return {record_id: (number or 0, digest) for record_id, number, digest in rows}

    def _log_entry_query(self):
        """A query of all entries of ``self``: record_id, id, number and hash."""
        raise NotImplementedError
