from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.trusted_context import MarketplaceCancellation


class SaleOrder(models.Model):
    """What a marketplace's cancellation does to an order and its documents."""

    _inherit = "sale.order"

    fulfilment_claims = fields.Integer(
        copy=False,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Counts who decided on, shipped or invoiced this order, see _claim_fulfilment.",
    )

    def _claim_fulfilment(self):
        """Exclude any other transaction that decides on, ships or invoices these orders.

        All of them write this one value. At REPEATABLE READ only one of two that run at once can
        commit; the other fails to serialize, is done again, and sees what the first has done. A
        mere lock would not do: whoever waited for it would go on with what it knew before.

        What is decided on an order concerns its replacements. So the replaced order is written as
        well, by everybody who claims one of them: all of them meet there.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE sale_order
                       SET fulfilment_claims = COALESCE(fulfilment_claims, 0) + 1
                     WHERE id = ANY(ARRAY(
                               SELECT unnest(%(ids)s)
                                UNION
                               SELECT replaced_order_id FROM sale_order WHERE id = ANY(%(ids)s)
                           ))
                    """,
                    ids=self.ids,
                )
            )

    def _of_marketplaces(self):
        """Those of ``self`` that a marketplace may cancel: its orders and their replacements."""
        return self.filtered(lambda order: order.marketplace_order_id or order.replaced_order_id)

    def _check_not_about_to_be_cancelled(self):
        """Raise if a marketplace has been told that one of these orders is cancelled.

        :raise UserError: naming the order
        """
        # sudo: whoever invoices an order need not see receipts
        receipts = self.env["marketplace.cancellation.receipt"].sudo()
        orders = self | self.sudo().replaced_order_id
        queued = [("sale_order_id", "in", orders.ids), ("state", "=", "queued")]
        if self and (receipt := receipts.search(queued, limit=1)):
            raise UserError(
                self.env._(
                    "%(order)s is about to be cancelled: %(why)s",
                    order=receipt.sale_order_id.name,
                    why=receipt._hold_text(),
                )
            )

    def _cancel_for_marketplace(self, receipt, untouched=None):
        """Cancel this order because of ``receipt``, see :meth:`_cancel_each_for_marketplace`."""
        self.ensure_one()
        self._cancel_each_for_marketplace({self: receipt}, untouched)

    @api.model
    def _cancel_each_for_marketplace(self, receipts, untouched=None):
        """Cancel orders, their replacements and all their transfers that are not done.

        Goods that are picked are proposed to go back to stock, goods that have left to be returned,
        posted invoices to be credited. Everything says why on its chatter.

        :param receipts: ``{order: the receipt on whose account it is cancelled}``
        :param untouched: what :meth:`_untouched` says of the orders, if that was asked just now
        :raise UserError: if an order, or a transfer of it, cannot be cancelled
        """
        if untouched is None:
            untouched = self.browse().concat(*receipts)._untouched(receipts.values())
        touched = {order: receipts[order] for order in receipts if order not in untouched}
        if untouched:
            self.browse().concat(*untouched)._cancel_untouched(untouched, receipts)
        if touched:
            self._cancel_each_touched(touched)

    def _cancel_untouched(self, moves, why):
        """Cancel orders that nobody has begun to work on, see :meth:`_untouched`.

        Their goods are freed first: Odoo forgets all that it has read when it does so, and would
        read everything twice.

        :param moves: ``{order: its moves that are not done}``
        :param why: ``{order: receipt}``
        """
        texts = {order: why[order]._describe() for order in self}
        # sudo: reservations are the warehouse's; the order's cancellation is going to release them
        freed = self.env["stock.move"].sudo().concat(*(moves[order] for order in self))
        context = MarketplaceCancellation(
            receipt_ids=tuple(why[order].id for order in self),
            untouched_order_ids=tuple(self.ids),
            ending_move_ids=tuple(freed.ids),
        ).as_context()
        freed.with_context(**context)._do_unreserve()
        freed.move_orig_ids.mapped("state")  # read for all, or else Odoo does so order by order
        pickings = self.picking_ids.filtered(lambda picking: picking._is_open())
        self._log_with_change_of_state(texts)
        pickings._log_with_change_of_state({own: texts[own.sale_id] for own in pickings})
        with self._keep_cards_above_zero():
            self.with_context(**context).action_cancel()
        self._check_wholly_cancelled(pickings)

    @api.model
    def _cancel_each_touched(self, receipts):
        """Cancel orders of which everything has to be looked at, see
        :meth:`_cancel_each_for_marketplace`.
        """
        why = {}
        for order, receipt in receipts.items():
            why |= dict.fromkeys(order._with_replacements(), receipt._as_cause(order))
        orders = self.browse().concat(*why)
        with orders._account_for_everything(why):
            # sudo: only what kind of work it is comes out
            findings = {order: order.sudo()._findings() for order in orders}
            apart = orders.filtered(lambda order: order.sudo()._has_documents_upstream())
            for order in apart:
                order._cancel_wholly(why)
            (orders - apart)._cancel_wholly(why)
        for order in orders:
            order._tell_what_stays(findings[order])

    @contextmanager
    def _account_for_everything(self, why):
        """Account for the goods and the money of these orders, which the block cancels.

        Whoever cancels them. Returns and credit notes are proposed; where a machine cannot tell, a
        person is asked.

        :param why: ``{order: its :class:`~tools.cause.Cause`}``
        """
        shared = self._leave_shared_steps()
        self._expect_no_more_than_left()
        to_fetch = self._goods_to_fetch_by_cause(why)  # asked before: Odoo takes the chains apart
        yield
        for cause, quantities in to_fetch.items():
            # sudo: returns are warehouse documents, which a salesperson need not see; they are only
            # proposed
            self.env["stock.picking"].sudo()._propose_returns(quantities, cause)
        self._credit_invoices(why)
        for order, moves in shared.items():
            order._tell_of_shared_steps(moves)

    def _cancel_wholly(self, why):
        """Cancel orders with all their open transfers, in all steps, or raise.

        Goes through the public :meth:`action_cancel`, so that every addon's part of a cancellation
        runs. Locked orders are unlocked first: the decision has taken the lock into account.

        :param why: ``{order: its :class:`~tools.cause.Cause`}``
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
            self._stop_upstream(why),
        ):
            self.with_context(**cancellation.as_context()).action_cancel()
        self._check_wholly_cancelled(pickings)

    @contextmanager
    def _cancel_all_steps(self, why):
        """Have all steps of these orders' deliveries cancelled with them, and all drafts of
        invoices; what they share with other orders stays with those.

        :param why: ``{order: its :class:`~tools.cause.Cause`}``
        :return: the transfers that are cancelled
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
