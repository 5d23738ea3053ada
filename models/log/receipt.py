from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import log_sql
from ...tools.log_sql import (
    CHANGE_OUTCOME_FIELDS,
    CHANGE_REQUEST_FIELDS,
    OUTCOME_FIELDS,
    REQUEST_FIELDS,
)

#: What a request said, and what became of it.
_SAID = {*REQUEST_FIELDS, *CHANGE_REQUEST_FIELDS}
_BECAME = {*OUTCOME_FIELDS, *CHANGE_OUTCOME_FIELDS}

#: Marks the one job that may delete receipts. No caller can put it into a context: nothing that
#: comes over the network is this object.
_EXPIRED = object()


class MarketplaceLogMixin(models.AbstractModel):
    """A document of which each state is noted in its account's log.

    ``_log_query`` reads such states, ``_which_entries()`` is the condition for the entries of the
    documents.
    """

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
        query = SQL(log_sql.NEWEST_ENTRIES, which=self._which_entries()) if self.ids else None
        rows = self.env.execute_query(query) if query else ()
        entries = {record_id: (number or 0, digest) for record_id, number, digest in rows}
        for record in self:
            record.log_number, record.log_hash = entries.get(record.id, (0, False))

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        self.env["marketplace.log.entry"]._note(documents)
        return documents

    @api.model
    def _log_states(self, ids):
        """A query of what the log notes of the documents ``ids`` (None for all)."""
        which = SQL("TRUE") if ids is None else SQL("document.id IN %s", ids)
        return SQL(self._log_query, which=which)


class MarketplaceCancellationReceipt(models.Model):
    """Receipts are evidence: what was asked stays as it is, and nobody deletes them before their
    time."""

    _name = "marketplace.cancellation.receipt"
    _inherit = ["marketplace.cancellation.receipt", "marketplace.log.mixin"]

    _log_query = log_sql.STATES_OF_RECEIPTS

    @api.model
    def _insert(self, values):
        receipt = super()._insert(values)
        self.env["marketplace.log.entry"]._note(receipt)
        return receipt

    def _which_entries(self):
        return SQL("receipt_id IN %s AND delivery_id IS NULL", tuple(self.ids))

    def write(self, vals):
        """Record what becomes of a request.

        :raise UserError: if it was to change what the request said
        """
        if not vals.keys().isdisjoint(_SAID):
            raise UserError(self.env._("What a marketplace has asked for cannot be changed."))
        result = super().write(vals)
        if not vals.keys().isdisjoint(_BECAME):
            self.env["marketplace.log.entry"]._note(self)
        return result

    def _add_news(self, news):
        """Let what was empty be filled in; the log says so."""
        return self._overwrite(news)

    def _overwrite(self, values):
        """Replace what the request said as well, as an erasure does; the log says so."""
        # super: this model's own `write` refuses to change what was said
        result = super().write(values)  # pylint: disable=super-method-mismatch
        self.env["marketplace.log.entry"]._note(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_expired(self):
        if self.env.context.get("marketplace_expired") is not _EXPIRED:
            raise UserError(
                self.env._(
                    "Receipts are deleted only when their account's time to keep them is over."
                )
            )

    def _unlink_expired(self):
        """Delete these receipts, with their arrivals; the log says so."""
        if not self:
            return True
        deleted = SQL(log_sql.STATES_OF_DELETED, receipts=tuple(self.ids))
        self.env["marketplace.log.entry"]._write_entries(deleted)
        return self.with_context(marketplace_expired=_EXPIRED).unlink()


class MarketplaceCancellationDelivery(models.Model):
    """Arrivals are never changed, and go with their receipts."""

    _name = "marketplace.cancellation.delivery"
    _inherit = ["marketplace.cancellation.delivery", "marketplace.log.mixin"]

    _log_query = log_sql.STATES_OF_DELIVERIES

    @api.model
    def _insert(self, values):
        arrival = super()._insert(values)
        self.env["marketplace.log.entry"]._note(arrival)
        return arrival

    def _which_entries(self):
        receipts = tuple(self.receipt_id.ids)  # by which the entries have an index
        return SQL("receipt_id IN %s AND delivery_id IN %s", receipts, tuple(self.ids))

    def write(self, vals):
        """Arrivals are as they came.

        :raise UserError: if anything was to be changed
        """
        if vals:
            raise UserError(self.env._("Calls cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Calls are deleted with their receipts alone."))


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.ondelete(at_uninstall=False)
    def _unlink_from_receipts(self):
        """Take these orders off their receipts in a way that the log knows of."""
        # sudo: a user who may delete the order need not see its receipts
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        receipts.search([("sale_order_id", "in", self.ids)]).sale_order_id = False
