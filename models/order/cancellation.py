from contextlib import contextmanager, nullcontext

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.any_language import InAnyLanguage
from ...tools.queries import CLAIM, LEFT_OPEN
from ...tools.trusted_context import MarketplaceCancellation, StayingMoves
from ...tools.words import POINTS_USED


class SaleOrder(models.Model):
    """What a cancellation, a marketplace's or a seller's, does to an order and its documents."""

    _inherit = "sale.order"

    fulfilment_claims = fields.Integer(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="A counter that each decision on this order, each shipment and each invoice raises: "
        "see _claim_fulfilment.",
    )

    def _claim_fulfilment(self):
        """Exclude any other transaction that decides on, ships or invoices these orders.

        All of them write this one value. At REPEATABLE READ only one of two that run at once can
        commit; the other fails to serialize, is done again, and sees what the first has done. A
        mere lock would not do: a transaction that waited for it would go on with what it knew.

        What is decided on an order concerns its replacements. So the replaced order is written as
        well, whichever of them is claimed: such transactions conflict on that row.
        """
        if self.ids:
            self.env.cr.execute(SQL(CLAIM, orders=self.ids))
            self.invalidate_recordset(["fulfilment_claims"], flush=False)

    def _of_marketplaces(self):
        """Those of ``self`` that a marketplace may cancel: its orders and their replacements."""
        return self.filtered(lambda order: order.marketplace_order_id or order.replaced_order_id)

    def _ever_of_marketplaces(self):
        """Those of ``self`` that may have receipts: a marketplace's, or they were its once.

        What is read of one is read of all that ``self`` was found with.
        """
        # sudo: nobody may read how often something was decided on an order
        decided = self.sudo().filtered("fulfilment_claims").with_env(self.env)
        return (self._of_marketplaces() | decided).with_prefetch(self._prefetch_ids)

    def _check_not_about_to_be_cancelled(self):
        """Raise a UserError if a marketplace was told that one of these orders is cancelled."""
        # sudo: a user who invoices an order need not see receipts
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        orders = self | self.sudo().replaced_order_id
        queued = [("sale_order_id", "in", orders.ids), ("state", "=", "queued")]
        if self and (receipt := receipts.search(queued, limit=1)):
            text = self.env._(
                "%(order)s is about to be cancelled: %(why)s",
                order=receipt.sale_order_id.name,
                why=receipt._hold_text(),
            )
            raise UserError(text)

    def _cancel_for_marketplace(self, receipts, untouched=None):
        """Cancel these orders, their replacements and all their transfers that are not done.

        Goods that are picked are proposed to go back to stock, goods that have left to be returned,
        posted invoices to be credited. Everything says why on its chatter.

        :param receipts: ``{order: the receipt on whose account it is cancelled}``
        :param untouched: what :meth:`_untouched_with_moves` says, if that was asked just now
        :raise UserError: if an order, or a transfer of it, cannot be cancelled
        """
        if untouched is None:
            untouched = self._untouched_with_moves(receipts.values())
        touched = self.filtered(lambda order: order not in untouched)
        if untouched:
            (self - touched)._cancel_untouched(untouched, receipts)
        if touched:
            touched._cancel_touched(receipts)

    def _cancel_untouched(self, moves, receipts):
        """Cancel orders that nobody has begun to work on, see :meth:`_untouched_with_moves`.

        The lines of their transfers are deleted first: Odoo forgets all that it has read when it
        does so, and would read everything twice.

        :param moves: ``{order: its moves that are not done}``
        :param receipts: ``{order: the receipt on whose account it is cancelled}``
        """
        texts = {order: receipts[order]._describe() for order in self}
        # sudo: reservations are the warehouse's; the order's cancellation is going to release them
        freed = self.env["stock.move"].sudo().concat(*(moves[order] for order in self))
        context = MarketplaceCancellation(
            receipt_ids=tuple(receipts[order].id for order in self),
            untouched_order_ids=tuple(self.ids),
            ending_move_ids=tuple(freed.ids),
        ).as_context()
        self._fetch_to_free(freed)
        freed.with_context(**context)._do_unreserve()
        self._fetch_to_cancel(freed)
        freed.move_orig_ids.mapped("state")  # read for all, or else Odoo does so order by order
        pickings = self.picking_ids.filtered(lambda own: own.state not in ("done", "cancel"))
        self._log_with_change_of_state(texts)
        pickings._log_with_change_of_state({own: texts[own.sale_id] for own in pickings})
        with self._keep_cards_above_zero():
            self.with_context(**context).action_cancel()
        self._check_wholly_cancelled(pickings)

    def _action_cancel(self):
        """Settle what is still open at the marketplace, however the order is cancelled here.

        What is on its way to stock arrives there nevertheless.
        """
        # sudo: whether they are a marketplace's concerns everybody who cancels them
        if not self.sudo()._of_marketplaces():
            return super()._action_cancel()
        orders = self.filtered(lambda order: order.state != "cancel")
        asked = MarketplaceCancellation.of(self.env)
        if not asked:  # or else they were claimed before
            # sudo: a user who may cancel the orders need not see receipts or marketplaces
            orders.sudo()._of_marketplaces()._claim_fulfilment()
        with nullcontext() if asked else orders._account_as_seller():
            staying = self.sudo()._moves_that_stay()  # sudo: as Odoo's own cancellation
            context = StayingMoves(tuple(staying.ids)).as_context() if staying else {}
            result = super(SaleOrder, self.with_context(**context))._action_cancel()
            if staying:
                staying._cut_to_what_came()
        # Of untouched orders it is known that nothing else is open at the marketplace.
        settled = asked.untouched_order_ids if asked else ()
        orders = orders.sudo()._of_marketplaces()
        if orders := orders.filtered(lambda order: order.id not in settled):
            orders._on_cancelled_here()
            for call in orders._outbound_calls("invoice", "waiting"):
                call._end_if_obsolete()  # there will be no invoice
        return result

    def _moves_that_stay(self):
        """Open moves that bring goods of these marketplaces' orders to stock, of any step.

        An untouched order has none, but in a transfer that none of its lines asks for.
        """
        asked = MarketplaceCancellation.of(self.env)
        settled, ending = (asked.untouched_order_ids, asked.ending_move_ids) if asked else ((), ())
        known = self.env["stock.move"].browse(ending).picking_id
        orders = self._of_marketplaces().filtered(
            lambda order: order.id not in settled or order.picking_ids - known
        )
        moves, own = orders.order_line.move_ids, orders.picking_ids.move_ids
        back = (moves.browse(moves._rollup_move_origs()) | own).filtered(
            lambda move: move._is_open() and move._is_return()
        )
        return back & (own | back._in_chain_of(orders)) if back else back

    @contextmanager
    def _keep_cards_above_zero(self):
        """While these orders are cancelled, take no more off a card than is on it.

        Odoo takes back what an order gave, whatever became of it (`sale_loyalty`,
        ``_action_cancel``). A person was asked about what was used by then; what is used between a
        confirmation and the cancellation, or was given by several orders that are cancelled
        together, shows only now. Somebody is told of it.
        """
        if "coupon_point_ids" not in self._fields:
            yield
            return
        given = self.sudo().coupon_point_ids  # sudo: cards are read, and put back to zero
        orders = {card: own.order_id for card, own in given.grouped("coupon_id").items()}
        lowest = {card: min(card.points, 0) for card in orders}
        yield
        for card in given.env["loyalty.card"].concat(*orders).exists():
            if card.points < lowest[card] - 0.001:
                missing = lowest[card] - card.points
                card.with_context(loyalty_no_mail=True).points = lowest[card]
                for order in orders[card]:
                    # not its code, by which anybody may spend what is on the card
                    program, points = card.program_id.name, card._format_points(missing)
                    order._have_seen_to(self.env._(POINTS_USED, program=program, points=points))

    def _check_wholly_cancelled(self, pickings=()):
        """Refuse to report a success that is none.

        Asks the database: whatever a record rule hides, or another addon's override leaves out,
        would be shipped or billed although the marketplace was told otherwise.

        :param pickings: transfers that had to be cancelled with these orders
        :raise UserError: naming what is still open
        """
        if left := self._left_open(pickings):
            words = InAnyLanguage(self.env)
            text = words._("%(documents)s could not be cancelled.", documents=", ".join(left))
            raise UserError(text)

    def _left_open(self, pickings=()):
        """Names of these orders, and of their transfers and draft invoices, that are still open.

        What brings goods back is not counted, nor what is made: it goes to stock, and its maker is
        asked (`sale_mrp` puts the order line on the moves of a manufacturing order).

        :param pickings: transfers that are looked at as well
        """
        self.env.flush_all()
        orders, pickings = (tuple(own.id for own in asked) for asked in (self, pickings))
        self.env.cr.execute(SQL(LEFT_OPEN, orders=orders or (None,), pickings=pickings or (None,)))
        found = self.env.cr.fetchall()
        # sudo: the documents are only named
        orders, moves, invoices = (
            self.env[model].sudo().browse(id_ for kind, id_ in found if kind == model)
            for model in ("sale.order", "stock.move", "account.move")
        )
        moves = moves.filtered(
            lambda move: not move._is_return() and move.location_id.usage != "production"
        )
        alone = moves.filtered(lambda move: not move.picking_id)
        documents = (orders, moves.picking_id, invoices)
        return [
            *(document.display_name for records in documents for document in records),
            *alone.product_id.mapped("display_name"),
        ]

    def _finish_cancellation(self, receipt):
        """Bring to an end what was cancelled here before the marketplace asked for it.

        What is still open is cancelled as well. That goods have left, or were billed, is for a
        person to see to: the marketplace gets its confirmation all the same (protocol, known issue
        1198719).
        """
        orders = self.sudo()  # sudo: replacements may be somebody else's orders
        orders |= orders.replacement_order_ids
        if orders._left_open():
            orders._cancel_wholly(dict.fromkeys(orders, receipt._as_cause()))
        if self._is_cancelled_at_marketplace():
            return  # it was seen to on account of an earlier request
        to_fetch = orders._goods_to_fetch()
        if to_fetch.quantities or to_fetch.doubtful or orders._is_invoiced():
            receipt._ask_responsible(
                self.env._("Cancelled here before the marketplace asked"),
                self.env._(
                    "%s was already cancelled here, but goods have left or were billed. Please "
                    "arrange their return and the credit note.",
                    self.name,
                ),
            )


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.constrains("scheduled_date", "date_done")
    def _check_backdate_allowed(self):
        """Let a marketplace's order be cancelled, wholly or in part, although its transfer was due
        in a period that is closed by now: nothing was booked of what is not done.
        """
        # sudo: whether it is a marketplace's order concerns everybody who changes it
        named = self.sudo().filtered(lambda own: own.sale_id._of_marketplaces())
        open_ = named.filtered(lambda own: own.state != "done")
        return super(StockPicking, self - open_.with_env(self.env))._check_backdate_allowed()
