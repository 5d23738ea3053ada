import json
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.decision import Decision
from ...tools.inbound.answer import unsettled_answer
from ...tools.inbound.texts import duration_text, pretty, status_text
from ...tools.states import CALLED_OFF, CONFIRMED, TOLD_HOW, TOLD_STATES

#: What a request that is not settled is about.
_DECISIONS = {"waiting": Decision.WAIT, "mismatch": Decision.MISMATCH}


class MarketplaceCancellationDelivery(models.Model):
    """One call of a cancellation request; a repeat is a further arrival for the same receipt."""

    _name = "marketplace.cancellation.delivery"
    _description = "Call of a Marketplace Cancellation"
    _inherit = ["marketplace.insert.mixin"]
    _rec_name = "received_at"
    _order = "id desc"

    receipt_id = fields.Many2one(
        "marketplace.cancellation.receipt",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    received_at = fields.Datetime(required=True, readonly=True)
    http_status = fields.Integer("HTTP Status", required=True, readonly=True, aggregator=None)
    duration = fields.Integer(
        "Duration (ms)",
        required=True,
        readonly=True,
        aggregator="avg",
        help="From the request's arrival to the answer, in milliseconds.",
    )
    remote_address = fields.Char(readonly=True)
    is_repeat = fields.Boolean(readonly=True, help="The request had arrived before.")
    is_confirmation = fields.Boolean(
        readonly=True, help="It was answered that the order is cancelled."
    )

    status_text = fields.Char("Answered", compute="_compute_texts")
    duration_text = fields.Char("Duration", compute="_compute_texts")
    repeat_text = fields.Char("Repeat", compute="_compute_texts")

    # Few arrivals are repeats, or end in errors: those are found without reading the others.
    _repeat_idx = models.Index("(receipt_id) WHERE is_repeat")
    _errors_idx = models.Index("(received_at) WHERE http_status >= 400")

    @api.model_create_multi
    def create(self, vals_list):
        """Note which of the new arrivals are repeats, unless ``vals_list`` says so."""
        # sudo: what is a repeat does not depend on who records it
        arrivals = self.sudo()
        asked = {values.get("receipt_id") for values in vals_list if "is_repeat" not in values}
        arrived = {
            receipt_id
            for receipt_id in asked
            if arrivals.search_count([("receipt_id", "=", receipt_id)], limit=1)
        }
        noted = []
        for values in vals_list:
            receipt_id = values.get("receipt_id")
            noted.append({"is_repeat": receipt_id in arrived, **values})
            arrived.add(receipt_id)
        return super().create(noted)

    @api.depends("http_status", "duration", "is_repeat", "is_confirmation")
    @api.depends_context("lang")
    def _compute_texts(self):
        for arrival in self:
            arrival.status_text = status_text(arrival.http_status)
            if arrival.http_status == 200 and arrival.receipt_id.kind == "whole":
                arrival.status_text = (
                    self.env._("200: cancelled")
                    if arrival.is_confirmation
                    else self.env._("200: still deciding")
                )
            arrival.duration_text = duration_text(arrival.duration)
            arrival.repeat_text = arrival.is_repeat and self.env._("Repeat")


class MarketplaceCancellationReceipt(models.Model):
    """How often, when and from where one request came; what it said and was answered."""

    _inherit = "marketplace.cancellation.receipt"

    delivery_ids = fields.One2many(
        "marketplace.cancellation.delivery", "receipt_id", "Calls", readonly=True
    )
    delivery_count = fields.Integer(
        "Number of Calls", compute="_compute_deliveries", search="_search_delivery_count"
    )
    last_delivery_at = fields.Datetime("Latest Call", compute="_compute_deliveries")
    http_status = fields.Integer("HTTP Status", compute="_compute_deliveries")
    duration = fields.Integer("Duration (ms)", compute="_compute_deliveries")
    remote_address = fields.Char(compute="_compute_deliveries")

    told_state = fields.Selection(
        TOLD_STATES,
        "Marketplace Told",
        compute="_compute_told_state",
        store=True,
        precompute=True,
        help="Whether the marketplace knows that the order is cancelled.",
    )
    told_at = fields.Datetime(copy=False, readonly=True)
    told_how = fields.Selection(TOLD_HOW, "How It Knows", copy=False, readonly=True)
    # Those that are not yet told are few, however many receipts there are.
    _untold_idx = models.Index("(account_id, settled_at) WHERE told_state = 'untold'")

    request_line = fields.Char("Called", compute="_compute_request_text")
    request_text = fields.Text(
        "Request",
        compute="_compute_request_text",
        help="What was understood of the request's body; nothing else of it is kept.",
    )
    is_answer_stored = fields.Boolean(compute="_compute_answer_text")
    answer_line = fields.Char("Answered", compute="_compute_answer_text")
    answer_text = fields.Text("Answer's Body", compute="_compute_answer_text")

    @api.depends("delivery_ids")
    def _compute_deliveries(self):
        """Read the number of arrivals and the latest one, with one query each for all receipts."""
        arrivals = self.env["marketplace.cancellation.delivery"]
        groups = {
            receipt.id: (count, latest_id)
            for receipt, count, latest_id in arrivals._read_group(
                [("receipt_id", "in", self.ids)], ["receipt_id"], ["__count", "id:max"]
            )
        }
        arrivals.browse([latest_id for _count, latest_id in groups.values()]).fetch()
        for receipt in self:
            count, latest_id = groups.get(receipt.id, (0, False))
            latest = arrivals.browse(latest_id or [])
            receipt.delivery_count = count
            receipt.last_delivery_at = latest.received_at
            receipt.http_status = latest.http_status
            receipt.duration = latest.duration
            receipt.remote_address = latest.remote_address

    @api.model
    def _search_delivery_count(self, operator, value):
        """Only "more than N" is offered: it is what finds repeats."""
        if operator not in (">", ">="):
            raise UserError(self.env._("Search for more than a number of calls."))
        least = value + 1 if operator == ">" else value
        if least <= 0:
            return fields.Domain.TRUE
        if least == 1:
            return fields.Domain("delivery_ids", "!=", False)
        repeated = SQL(
            "(SELECT receipt_id FROM marketplace_cancellation_delivery WHERE is_repeat"
            " GROUP BY receipt_id HAVING count(*) >= %s)",
            least - 1,
        )
        return fields.Domain("id", "in", repeated)

    def _record_delivery(self, arrival, http_status, **values):
        """Note one more arrival of this request.

        :param arrival: the :class:`~tools.arrival.Arrival` of the call, None if nobody has called
        :param http_status: the status that is answered
        :param values: further values, such as ``is_repeat`` where it is known
        """
        self.ensure_one()
        arrivals = self.env["marketplace.cancellation.delivery"]
        if not arrival:
            return arrivals
        # The answers with this status that are no confirmation have no body, nor has the receipt.
        is_confirmation = http_status == 200 and arrival.source == "call" and self._is_confirmed()
        if is_confirmation and not self.told_at:
            self._set_told("answer")
        values |= {
            "receipt_id": self.id,
            "received_at": arrival.received_at,
            "http_status": http_status,
            "duration": round((time.monotonic() - arrival.started) * 1000),
            "remote_address": arrival.remote_address,
            "is_confirmation": is_confirmation,
        }
        return arrivals._insert(values) if "is_repeat" in values else arrivals.create(values)

    @api.depends("state", "told_at")
    def _compute_told_state(self):
        for receipt in self:
            receipt.told_state = self._told_state_of(receipt.state, receipt.told_at)

    @api.model
    def _known_when_created(self, values):
        told = self._told_state_of(values["state"], values.get("told_at"))
        return super()._known_when_created(values) | {"told_state": told}

    @api.model
    def _told_state_of(self, state, told_at):
        return "told" if told_at else "untold" if state in (*CONFIRMED, *CALLED_OFF) else "none"

    def _set_told(self, how, **values):
        """Record that the marketplace knows from now on that the order is cancelled.

        The log does not note it: it follows from other records.

        :param how: a key of the field ``told_how``
        """
        self.write({"told_at": fields.Datetime.now(), "told_how": how, **values})

    @api.depends("marketplace_order_id", "path_order_id", "account_id.code")
    def _compute_request_text(self):
        for receipt in self:
            document = receipt._request().to_document()
            receipt.request_text = json.dumps(document, indent=2, ensure_ascii=False)
            receipt.request_line = receipt.path_order_id and (
                f"POST /marketplace/{receipt.account_id.code}"
                f"/pvt/orders/{receipt.path_order_id}/cancel"
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
