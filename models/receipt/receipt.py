import uuid

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.inbound.cancellation_request import CancellationRequest
from ...tools.needed import OF_RECEIPT
from ...tools.queries import DUE
from ...tools.states import RECEIPT_STATES
from ..base.any_language import AnyLanguage

#: What settling a request needs to know of its receipt.
_NEEDED = (
    "account_id",
    "kind",
    "company_id",
    "marketplace_order_id",
    "cancellation_request_id",
    "path_order_id",
    "source",
    "sale_order_id",
    "protocol_code",
    "received_at",
    "settled_at",
    "state",
    "answer_status",
    "answer_body",
    "cancelled_there",
    "requested_by_user",
    "reason",
    "decision",
    "told_at",
    "told_state",
)
#: Who asked, by whether it was the shopper.
_ASKED_BY = {True: "shopper", False: "marketplace"}
#: What a later arrival of the same request may add.
_MAY_COME_LATE = {"reason", "requested_by_user", "cancellation_request_date", "cancelled_there"}
#: How the marketplace knows of it.
_MAY_COME_LATE |= {"told_at", "told_how"}


class MarketplaceCancellationReceipt(models.Model):
    """What a marketplace asked to cancel, and what became of it.

    One receipt is one request: same account, same marketplace order, same cancellation request ID
    (or none). Its repeats are further arrivals.
    """

    _name = "marketplace.cancellation.receipt"
    _description = "Marketplace Cancellation Receipt"
    _inherit = ["mail.thread", "mail.activity.mixin", "marketplace.insert.mixin"]
    _rec_name = "protocol_code"
    # By the date, not the ID: a month of long ago is read by the date's index.
    _order = "received_at desc, id desc"
    _check_company_auto = True

    account_id = fields.Many2one(
        "marketplace.account", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        readonly=False,  # so that it can be given where it is known already
    )
    protocol_code = fields.Char(
        "Receipt",
        required=True,
        readonly=True,
        default=lambda self: str(uuid.uuid4()),
        help="The protocol code that the marketplace was given; both sides can look it up.",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        "Sales Order",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    state = fields.Selection(
        RECEIPT_STATES,
        "Outcome",
        required=True,
        readonly=True,
        default="received",
        index=True,
    )
    error = AnyLanguage(readonly=True, help="Why the cancellation failed.")
    note = AnyLanguage("What Happened", readonly=True)
    received_at = fields.Datetime(
        "Received", required=True, readonly=True, default=fields.Datetime.now, index=True
    )
    settled_at = fields.Datetime("Settled", readonly=True)

    kind = fields.Selection(
        [("whole", "The whole order")],
        "Asks to Cancel",
        required=True,
        readonly=True,
        default="whole",
    )
    marketplace_order_id = fields.Char(required=True, readonly=True)
    path_order_id = fields.Char(
        "Order in the Address", readonly=True, help="The ID in the address of the first call."
    )
    marketplace_order_group = fields.Char(readonly=True)
    cancellation_request_id = fields.Char(readonly=True, index="btree_not_null")
    cancellation_request_date = fields.Datetime("Requested", readonly=True)
    reason = fields.Text(readonly=True)
    requested_by_user = fields.Selection(
        [("shopper", "The shopper"), ("marketplace", "The marketplace")],
        "Requested By",
        readonly=True,
        help="Empty when the marketplace did not say.",
    )

    source = fields.Selection(
        [("call", "Called by the marketplace")],
        "How It Came",
        required=True,
        readonly=True,
        default="call",
    )
    cancelled_there = fields.Boolean(
        readonly=True,
        help="The marketplace has cancelled the order already: it cannot be refused.",
    )

    answer_status = fields.Integer("Answered Status", readonly=True, aggregator=None)
    answer_body = fields.Text("Answer", readonly=True)

    return_picking_ids = fields.One2many(
        "stock.picking",
        "return_receipt_id",
        "Goods Coming Back",
        readonly=True,
        groups="stock.group_stock_user",
    )

    _request_unique = models.UniqueIndex(
        # the order first: it is also what receipts are searched by
        "(marketplace_order_id, account_id, COALESCE(cancellation_request_id, ''), kind)",
        "This cancellation request has a receipt already.",
    )
    _protocol_code_unique = models.Constraint(
        "UNIQUE(protocol_code)", "Another receipt has this protocol code already."
    )
    # The list of a company, or of an account, that has received nothing for long: by the date's
    # index alone, all that the others have received since would be read first.
    _company_received_idx = models.Index("(company_id, received_at)")
    # It also finds the receipts that are old enough to be deleted.
    _account_received_idx = models.Index("(account_id, received_at)")

    @api.depends("account_id.company_id")
    def _compute_company_id(self):
        for receipt in self:
            receipt.company_id = receipt.account_id.company_id

    @api.depends("marketplace_order_id", "account_id.name")
    def _compute_display_name(self):
        for receipt in self:
            receipt.display_name = self.env._(
                "%(order)s at %(marketplace)s",
                order=receipt.marketplace_order_id,
                marketplace=receipt.account_id.name,
            )

    # -- One request, one receipt ---------------------------------------------------------------

    @api.model
    def _find_or_create(self, account, request, **values):
        """The receipt of ``request``, made now if this is its first arrival.

        Must be called while no other transaction does the same for this order (``locked``).

        :param request: a :class:`~tools.inbound.cancellation_request.CancellationRequest`
        :param values: further values of a new receipt, such as when and how it was called for
        """
        receipt = self._find(account, request)
        if not receipt:
            return self._create_for(account, request, **values)
        # what a call says again stays as it was said first
        if request.is_fact and (news := receipt._news_in(request)):
            receipt._add_news(news)
        return receipt

    def _news_in(self, request):
        """Values of ``request`` that its receipt does not have yet: what came late."""
        news = {
            name: value
            for name, value in self._prepare_values(self.account_id, request).items()
            if name in _MAY_COME_LATE and value and not self[name]
        }
        if news.get("cancelled_there"):
            self._message_log(body=self.env._("The marketplace has cancelled the order."))
        return news

    def _add_news(self, news):
        """Note ``news``, the values of fields that were empty, on this receipt."""
        self.write(news)

    @api.model
    def _find(self, account, request):
        """The receipt of ``request``, empty if this is its first arrival."""
        return self.search_fetch(
            [
                ("account_id", "=", account.id),
                ("marketplace_order_id", "=", request.marketplace_order_id),
                ("cancellation_request_id", "=", request.cancellation_request_id or False),
                ("kind", "=", "whole"),
            ],
            OF_RECEIPT,
        )

    def _fetch_needed(self):
        """Read of this receipt what settling it needs: all of it would take a call far longer."""
        self.fetch(_NEEDED)

    @api.model
    def _create_for(self, account, request, **values):
        """The new receipt of ``request``.

        :raise psycopg2.IntegrityError: if it has one already that cannot be seen yet
        """
        # The receipt is its own history: no message says that it was created.
        quiet = self.with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        return quiet._insert(self._prepare_values(account, request) | values).with_env(self.env)

    @api.model
    def _prepare_values(self, account, request):
        """Values of a new receipt; a hook for other addons."""
        return {
            "account_id": account.id,
            "company_id": account._settings().company_id,
            "marketplace_order_id": request.marketplace_order_id,
            "marketplace_order_group": request.marketplace_order_group,
            "cancellation_request_id": request.cancellation_request_id,
            "cancellation_request_date": request.cancellation_request_date,
            "reason": request.reason,
            "requested_by_user": _ASKED_BY.get(request.requested_by_user),
            "cancelled_there": request.is_fact,
            "told_at": request.is_fact and fields.Datetime.now(),
            "told_how": request.is_fact and "there",
        }

    def _request(self):
        """The :class:`~tools.inbound.cancellation_request.CancellationRequest` as it was read."""
        self.ensure_one()
        by_shopper = {name: is_shopper for is_shopper, name in _ASKED_BY.items()}
        return CancellationRequest(
            marketplace_order_id=self.marketplace_order_id,
            cancellation_request_id=self.cancellation_request_id or None,
            cancellation_request_date=self.cancellation_request_date or None,
            marketplace_order_group=self.marketplace_order_group or None,
            reason=self.reason or None,
            requested_by_user=by_shopper.get(self.requested_by_user),
        )

    @api.model
    def _search_due(self):
        """The receipts that can be settled without anybody asking again, oldest first.

        A draft order is left alone, as it may still be imported: it is cancelled when somebody
        confirms it.
        """
        self.env["sale.order"].flush_model()
        self.flush_model()
        return self.search([("id", "in", SQL(DUE))], order="id")
