from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: What a request said, and when: nobody changes that.
REQUEST_FIELDS = (
    "account_id",
    "protocol_code",
    "received_at",
    "marketplace_order_id",
    "path_order_id",
    "marketplace_order_group",
    "cancellation_request_id",
    "cancellation_request_date",
    "reason",
    "requested_by_user",
)
#: What became of it.
OUTCOME_FIELDS = (
    "sale_order_id",
    "state",
    "error",
    "note",
    "settled_at",
    "answer_status",
    "answer_body",
    "decide_before",
    "decision",
    "decided_by_id",
    "decided_at",
    "decision_reason",
    "resolved_at",
    "resolved_by_id",
    "resolution_note",
)
#: What the digest of a receipt, and of a delivery, is made of, in this order. Whoever changes it
#: has all receipts noted anew by a migration script: what is stored was made of the former ones.
RECEIPT_FIELDS = REQUEST_FIELDS + OUTCOME_FIELDS
DELIVERY_FIELDS = (
    "receipt_id",
    "received_at",
    "http_status",
    "duration",
    "remote_address",
    "is_repeat",
)

#: The sign of the one job that may delete receipts. No caller can put it into a context: what
#: comes over the network is no such object.
_EXPIRED = object()


def digest_of(table, names):
    """An SQL expression for the digest of a row: the same wherever the database is restored."""
    columns = SQL(", ").join(SQL.identifier(table, name) for name in names)
    return SQL("encode(sha256(convert_to(jsonb_build_array(%s)::text, 'UTF8')), 'hex')", columns)


class MarketplaceCancellationReceipt(models.Model):
    """Receipts are evidence: each state that they are in is noted in the account's log."""

    _name = "marketplace.cancellation.receipt"
    _inherit = ["marketplace.cancellation.receipt", "marketplace.log.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        receipts = super().create(vals_list)
        self.env["marketplace.log.entry"]._note(receipts)
        return receipts

    def write(self, vals):
        """Record what becomes of a request.

        :raise UserError: if it was to change what the request said
        """
        if not vals.keys().isdisjoint(REQUEST_FIELDS):
            raise UserError(self.env._("What a marketplace has asked for cannot be changed."))
        result = super().write(vals)
        if not vals.keys().isdisjoint(OUTCOME_FIELDS):
            self.env["marketplace.log.entry"]._note(self)
        return result

    def _overwrite(self, values):
        """Replace what the request said as well, as an erasure does; the log says so."""
        # super: this model's own `write` refuses to change what was said
        result = super().write(values)  # pylint: disable=super-method-mismatch
        self.env["marketplace.log.entry"]._note(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_expired(self):
        if self.env.context.get("marketplace_expired") is not _EXPIRED:
            raise UserError(self.env._("Receipts are deleted by their account's retention alone."))

    def _unlink_expired(self):
        """Delete these receipts; the log says so."""
        if not self:
            return True
        self.env["marketplace.log.entry"]._note_deleted(self)
        return self.with_context(marketplace_expired=_EXPIRED).unlink()

    @api.model
    def _log_states(self, ids):
        """A query of what the log notes of the receipts ``ids`` (None for all)."""
        return SQL(
            """
            SELECT receipt.account_id, receipt.id AS receipt_id, NULL::int AS delivery_id,
                   %s AS digest
              FROM marketplace_cancellation_receipt receipt
             WHERE %s
            """,
            digest_of("receipt", RECEIPT_FIELDS),
            SQL("TRUE") if ids is None else SQL("receipt.id IN %s", ids),
        )

    def _log_entry_query(self):
        return SQL(
            """
            SELECT receipt_id AS record_id, id, number, hash
              FROM marketplace_log_entry
             WHERE receipt_id IN %s AND delivery_id IS NULL
            """,
            tuple(self.ids),
        )


class MarketplaceCancellationDelivery(models.Model):
    """Deliveries are never changed, and go with their receipts."""

    _name = "marketplace.cancellation.delivery"
    _inherit = ["marketplace.cancellation.delivery", "marketplace.log.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        deliveries = super().create(vals_list)
        self.env["marketplace.log.entry"]._note(deliveries)
        return deliveries

    def write(self, vals):
        """Deliveries are as they came.

        :raise UserError: if anything was to be changed
        """
        if vals:
            raise UserError(self.env._("Deliveries cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Deliveries are deleted with their receipts alone."))

    @api.model
    def _log_states(self, ids):
        """A query of what the log notes of the deliveries ``ids`` (None for all)."""
        return SQL(
            """
            SELECT receipt.account_id, delivery.receipt_id, delivery.id AS delivery_id,
                   %s AS digest
              FROM marketplace_cancellation_delivery delivery
              JOIN marketplace_cancellation_receipt receipt ON receipt.id = delivery.receipt_id
             WHERE %s
            """,
            digest_of("delivery", DELIVERY_FIELDS),
            SQL("TRUE") if ids is None else SQL("delivery.id IN %s", ids),
        )

    def _log_entry_query(self):
        return SQL(
            """
            SELECT delivery_id AS record_id, id, number, hash
              FROM marketplace_log_entry
             WHERE receipt_id IN %s AND delivery_id IN %s
            """,
            tuple(self.receipt_id.ids),
            tuple(self.ids),
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.ondelete(at_uninstall=False)
    def _unlink_from_receipts(self):
        """Take these orders off their receipts in a way that the log knows of."""
        # sudo: whoever may delete the order need not see its receipts
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        receipts.search([("sale_order_id", "in", self.ids)]).sale_order_id = False
