import json
from http import HTTPStatus

from odoo import api, fields, models

from ...tools.decision import Decision
from ...tools.inbound.cancellation_request import CancellationRequest
from ...tools.inbound.unsettled import unsettled_answer

#: What a request that is not settled is about.
_DECISIONS = {"waiting": Decision.WAIT, "mismatch": Decision.MISMATCH}
_BY_USER = {"shopper": True, "marketplace": False}


def status_text(status):
    """An HTTP status with its name: ``404 Not Found``."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status or "")


def pretty(body):
    """A JSON text for people; what is none, as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


class MarketplaceCancellationReceipt(models.Model):
    """What was asked and answered, as people read it; what is stored and sent is left as it is."""

    _inherit = "marketplace.cancellation.receipt"

    request_line = fields.Char("Called", compute="_compute_request_text")
    request_text = fields.Text(
        "Request",
        compute="_compute_request_text",
        help="What was understood of the request's body; nothing else of it is kept.",
    )
    is_answer_stored = fields.Boolean(compute="_compute_answer_text")
    answer_line = fields.Char("Answered", compute="_compute_answer_text")
    answer_text = fields.Text("Answer's Body", compute="_compute_answer_text")

    @api.depends("marketplace_order_id", "path_order_id", "account_id.code")
    def _compute_request_text(self):
        for receipt in self:
            document = receipt._request().to_document()
            receipt.request_text = json.dumps(document, indent=2, ensure_ascii=False)
            receipt.request_line = receipt.path_order_id and (
                f"POST /marketplace/{receipt.account_id.code}"
                f"/pvt/orders/{receipt.path_order_id}/cancel"
            )

    def _request(self):
        """The :class:`~tools.inbound.cancellation_request.CancellationRequest` as it was read."""
        self.ensure_one()
        return CancellationRequest(
            marketplace_order_id=self.marketplace_order_id,
            cancellation_request_id=self.cancellation_request_id or None,
            cancellation_request_date=self.cancellation_request_date or None,
            marketplace_order_group=self.marketplace_order_group or None,
            reason=self.reason or None,
            requested_by_user=_BY_USER.get(self.requested_by_user),
        )

    @api.depends("state", "answer_status", "answer_body", "protocol_code")
    def _compute_answer_text(self):
        """The stored answer; without one, what a repeat gets if nothing has changed until then."""
        for receipt in self:
            answer = receipt._stored_answer()
            receipt.is_answer_stored = bool(answer)
            if not answer and receipt.state != "received":
                answer = unsettled_answer(_DECISIONS.get(receipt.state), receipt.protocol_code)
            receipt.answer_line = answer and status_text(answer.status)
            receipt.answer_text = answer and pretty(answer.body)


class MarketplaceCancellationDelivery(models.Model):
    """One line of the conversation."""

    _inherit = "marketplace.cancellation.delivery"

    status_text = fields.Char("Answered", compute="_compute_texts")
    duration_text = fields.Char("Took", compute="_compute_texts")
    repeat_text = fields.Char("Repeat", compute="_compute_texts")

    @api.depends("http_status", "duration", "is_repeat")
    @api.depends_context("lang")
    def _compute_texts(self):
        for delivery in self:
            delivery.status_text = status_text(delivery.http_status)
            seconds = delivery.duration / 1000
            delivery.duration_text = (
                f"{delivery.duration} ms" if seconds < 1 else f"{seconds:.1f} s"
            )
            delivery.repeat_text = delivery.is_repeat and self.env._("Repeat")
