from contextlib import contextmanager

from odoo import api, models

from ...tools.needed import TO_CANCEL, TO_FREE
from ...tools.trusted_context import MarketplaceCancellation


class SaleOrder(models.Model):
    """Cancels orders on which work has begun, with all that has to be looked at.

    In all of it ``why`` is ``{order: its :class:`~tools.cause.Cause`}``.
    """

    _inherit = "sale.order"

    def _cancel_touched(self, receipts):
        """Cancel these orders and their replacements, see :meth:`_cancel_for_marketplace`."""
        why = {}
        for own in self:
            why |= dict.fromkeys(own._with_replacements(), receipts[own]._as_cause(own))
        orders = self.browse().concat(*why)
        with orders._account_for_everything(why):
            # sudo: only what kind of work it is comes out
            findings = {order: order.sudo()._findings() for order in orders}
            apart = orders.filtered(lambda order: order.sudo()._has_documents_upstream())
            for together in (*apart, orders - apart):
                together._cancel_wholly(why)
        for order in orders:
            order._tell_what_stays(findings[order])

    @contextmanager
    def _account_for_everything(self, why):
        """Account for the goods and the money of these orders, which the block cancels.

        However they are cancelled. Returns and credit notes are proposed; where a machine cannot
        tell, a person is asked.
        """
        shared = self._leave_shared_steps()
        self._expect_no_more_than_left()
        # sudo: the documents are the warehouse's and accountants', and only proposed; a salesperson
        # need not see them
        by_cause = self.sudo().grouped(lambda order: why[order])
        # asked before: Odoo takes the chains apart
        to_fetch = {cause: orders._goods_to_fetch() for cause, orders in by_cause.items()}
        yield
        for cause, orders in by_cause.items():
            orders._let_returns_take_what_is_there()
            orders.env["stock.picking"]._propose_returns(to_fetch[cause], cause)
            orders._credit_or_ask(cause)
        for order, moves in shared.items():
            order._have_seen_to(order._describe_shared_steps(moves))

    def _describe_shared_steps(self, moves):
        return self.env._(
            "%s: it also brings goods for other orders, now perhaps more than they need.",
            ", ".join(move.picking_id.name or move.reference for move in moves),
        )

    def _cancel_wholly(self, why):
        """Cancel orders with all their open transfers, in all steps, or raise.

        Goes through the public :meth:`action_cancel`, so that every addon's part of a cancellation
        runs. Locked orders are unlocked first: the decision has taken the lock into account.
        """
        if not self:
            return
        if locked := self.filtered("locked"):
            locked.action_unlock()
        self._log_with_change_of_state({order: why[order].text for order in self})
        cancellation = MarketplaceCancellation(tuple(why[order].receipt.id for order in self))
        with (
            self._cancel_all_steps(why) as pickings,
            self._keep_cards_above_zero(),
            self._see_to_upstream(why),
        ):
            self.with_context(**cancellation.as_context()).action_cancel()
        self._check_wholly_cancelled(pickings)

    @contextmanager
    def _cancel_all_steps(self, why):
        """Have all steps of these orders' deliveries cancelled with them, and all drafts of
        invoices; what they share with other orders stays with those.

        :yield: the transfers that are cancelled
        """
        chain = self._chain_moves().filtered(lambda move: move._is_open() and not move._is_return())
        pickings = self.picking_ids.filtered(
            lambda picking: picking._is_open() and not picking._is_return()
        )
        pickings = (pickings | chain.picking_id)._leave_to_other_orders(self)
        self._drop_draft_invoices(why)
        orders_of = {picking: picking._orders_served() & self for picking in pickings}
        pickings._log_with_change_of_state(
            {picking: why[orders[:1]].text for picking, orders in orders_of.items()}
        )
        yield pickings
        # Odoo leaves earlier steps of a pulled chain open unless stock.cancel_moves_origin is set.
        chain.filtered(lambda move: move._is_open())._action_cancel()

    def _leave_shared_steps(self):
        """Leave to the other orders what one move brings for several.

        Odoo would cancel it, and what the others wait for, if it bears a line of these orders.

        :return: ``{order: the moves}``, of those that have some
        """
        shared = self._shared_steps()
        for steps in shared.values():
            steps.filtered(lambda move: move.sale_line_id).sale_line_id = False
        return shared

    def _shared_steps(self):
        """``{order: moves}`` of the open steps that bring goods for other orders, too."""
        shared = {}
        for order in self.sudo():  # sudo: as Odoo's own cancellation of transfers
            moves = order.order_line.move_ids
            if not (moves.move_dest_ids or moves.move_orig_ids):
                continue  # a delivery of one step
            steps = moves.browse(moves._rollup_move_origs()).filtered(
                lambda move: (
                    move._is_open()
                    and move.picking_type_id.code in ("internal", "outgoing")
                    and not move._is_return()
                    and move._serves_other_orders(self)
                )
            )
            if steps:
                shared[order] = steps
        return shared

    # -- What is read beforehand, for untouched orders as well ------------------------------------

    def _fetch_to_free(self, moves):
        """Read what the deletion of the lines of ``moves`` needs: it empties Odoo's cache.

        :param moves: in superuser mode, as those who cancel need not see all that is read
        """
        lines = moves.move_line_ids
        self._fetch_fields(TO_FREE, moves, lines)
        products = moves.product_id
        self._fetch_fields(TO_FREE, lines.location_id, products)
        self._fetch_fields(TO_FREE, products.product_tmpl_id, moves.sale_line_id)

    def _fetch_to_cancel(self, moves):
        """Read what the cancellation of these orders needs, whose ``moves`` are all open ones."""
        orders = self.sudo()  # sudo: as above; nothing is returned
        self._fetch_fields(TO_CANCEL, orders, moves)
        self._fetch_fields(TO_CANCEL, orders.order_line, moves.picking_id, moves.product_id)
        self._fetch_fields(
            TO_CANCEL, moves.location_id | moves.location_dest_id, moves.picking_type_id
        )
        self._fetch_fields(TO_CANCEL, moves.product_id.product_tmpl_id)
        self._fetch_fields(TO_CANCEL, self.env.user, orders.company_id)
        self._fetch_fields(TO_CANCEL, self.env.user.partner_id)

    @api.model
    def _fetch_fields(self, needed, *documents):
        """Read of each of ``documents`` the fields that ``needed`` has for its model.

        Some are of addons that may not be installed.

        :param needed: ``{model: names of fields}``
        """
        for records in documents:
            records.fetch([name for name in needed[records._name] if name in records._fields])
