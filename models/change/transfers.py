from collections import defaultdict
from contextlib import contextmanager
from typing import Any, NamedTuple

from odoo import models
from odoo.tools import OrderedSet

from ...tools.goods import AT_CUSTOMER, NOTHING, ToFetch, less_announced


class Before(NamedTuple):
    """What there was before a part was taken out.

    :param newest: ID of the newest move
    :param moves: ``{open move: (demand, reserved)}`` of any step, in the product's unit
    :param leaving: ``{(line, product): quantity}`` that was about to leave
    :param feeds: ``[(moves that bring goods, open moves that wait for them)]``, later steps first
    :param printed: transfers whose slips are printed
    """

    newest: int
    moves: dict[Any, tuple[float, float]]
    leaving: dict[tuple[Any, Any], float]
    feeds: list[tuple[Any, Any]]
    printed: Any


class SaleOrder(models.Model):
    """Transfers follow the lines of an order that are lowered: first as Odoo does it, then the
    result is checked.

    Odoo returns what it cannot take off a transfer, one that is printed say (odoo/odoo #272343),
    and leaves what is picked as it is.
    """

    _inherit = "sale.order"

    @contextmanager
    def _transfers_follow(self, steps, cause):
        """Have the transfers follow while the block takes ``steps`` out of the lines."""
        if self.state != "sale":
            yield
            return
        lines = self.order_line.browse().concat(*steps)
        before = lines._before_taken_out()
        before.printed.printed = False  # Odoo takes nothing off what is printed
        yield
        made = self._moves_made_since(before.newest)
        returns = made.filtered(lambda move: move._is_backward() and move._is_straight_to_stock())
        (made - returns)._undo()
        for line, step in steps.items():
            line._cut_moves(step, before)
        self._cut_feeds(steps, before)
        made.browse().concat(*before.moves).exists()._leave_split_packages()
        self._bring_back(steps, returns, cause)
        self._tell_transfers(steps, before, returns, cause)

    def _moves_made_since(self, newest):
        """Open moves that this transaction has made for this order: others' are not seen by it.

        Only what brings goods back to stock is wanted: Odoo also returns from the customer what
        never left, goes back by one step of several, and even sends more where it miscounts.
        """
        moves = self.env["stock.move"].search(
            [("id", ">", newest), ("state", "not in", ("done", "cancel"))]
        )
        return moves.filtered(
            lambda move: move._orders_of_part() == self and move._is_step_of_warehouse()
        )

    def _cut_feeds(self, steps, before):
        """Lower earlier steps by what later ones no longer wait for."""
        limits = self._goods_taken(steps)
        for feeding, waiting in before.feeds:
            product = feeding.product_id[:1]
            needed = sum(move.product_qty for move in waiting if move._is_open())
            done = feeding.filtered(lambda move: move.state == "done")
            here = sum(done.move_line_ids.mapped("quantity_product_uom"))
            gone = waiting.filtered(lambda move: move.state == "done").move_line_ids
            here -= sum(gone.mapped("quantity_product_uom"))
            open_ = feeding.filtered(lambda move: move._is_open())
            coming = sum(open_.mapped("product_qty"))
            # never more than was taken out, or was added by Odoo
            added = sum(
                max(move.product_qty - before.moves.get(move, (0.0,))[0], 0.0) for move in open_
            )
            excess = min(coming + max(here, 0.0) - needed, coming, limits[product] + added)
            open_._cut_together(excess)
            open_._cut_to_demand()

    # -- What comes back --------------------------------------------------------------------------

    def _bring_back(self, steps, returns, cause):
        """Propose to bring back what was taken out and was picked or has left.

        :param returns: what Odoo has made for it
        """
        products = self.env["product.product"].union(*self._goods_taken(steps))
        returns._expect_no_more_than(self._free_between(products, returns))
        returns.exists().filtered(lambda move: move._is_open())._action_assign()
        to_fetch = dict(self._moves_to_fetch_between(steps, products))
        for line, step in steps.items():
            for move, quantity in line._moves_to_fetch_at_customer(step).items():
                to_fetch[move] = to_fetch.get(move, 0.0) + quantity
        self.env["stock.picking"]._propose_returns(ToFetch(to_fetch, {}), cause)
        self._let_returns_take_what_is_there()

    def _free_between(self, products, but_for=None):
        """``{spot: quantity}`` of what stands between stock and customer for this order, for sure,
        and no open move is about to take.

        :param but_for: moves that do not count
        """
        by_place = {
            spot: there
            for spot, there in self._goods_by_place().items()
            if spot.location != AT_CUSTOMER and spot.product in products.ids
        }
        if not by_place:
            return {}
        moves = self._goods_moves() - (but_for or self.env["stock.move"])
        outward = moves.filtered(lambda move: move._is_open() and not move._is_return())
        announced = moves._announced(by_place) + outward._taking(by_place)
        return {spot: there.sure for spot, there in less_announced(by_place, announced).items()}

    def _goods_taken(self, steps):
        """``{product: quantity}``, in its unit, of what is taken out."""
        taken = defaultdict(float)
        for step in steps.values():
            for product, own in step.goods.items():
                taken[product] += step.taken * own.per_unit
        return taken

    def _moves_to_fetch_between(self, steps, products):
        """``{done move: quantity}`` that brought what is not needed on the way any more."""
        limits = {product.id: quantity for product, quantity in self._goods_taken(steps).items()}
        spots = {}
        for spot, quantity in self._free_between(products).items():
            if self._can_fetch(spot) and (part := min(quantity, limits[spot.product])) > NOTHING:
                spots[spot] = part
                limits[spot.product] -= part
        own = self.order_line.browse().concat(*steps)._own_moves()
        return self._goods_moves()._explain_by(own, spots)

    # -- In words ---------------------------------------------------------------------------------

    def _tell_transfers(self, steps, before, returns, cause):
        """Say on each transfer that has changed what was taken out, and why."""
        changed = OrderedSet()
        for move, quantities in before.moves.items():
            if move._demand_and_reserved() != quantities:
                changed.add(move.picking_id.id)
        text = f"{self._taken_out_in_words(steps)} {cause.text}"
        pickings = self.env["stock.picking"].browse(changed)
        for picking in pickings:
            again = picking in before.printed and picking._is_open()
            hint = self.env._("It was printed before: print it again.")
            picking._message_log(body=f"{text} {hint}" if again else text)
        (before.printed - pickings).printed = True
        if "batch_id" in pickings._fields:
            for batch in pickings.batch_id:
                batch._message_log(body=text)
        for back in returns.exists().filtered(lambda move: move._is_open()).picking_id:
            back.write(back._values_of_return(cause))
            back._message_log(body=text)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _before_taken_out(self):
        """What :class:`Before` says of these lines now."""
        moves = self._open_outward()
        last = {line: line._last_moves() for line in self}
        feeds, waiting = [], moves.concat(*last.values())
        while waiting:
            feeding = moves.browse()
            for move in waiting:
                for origs in move.move_orig_ids.grouped("product_id").values():
                    own = origs.filtered(lambda step: step._is_step_of_warehouse())
                    if still_open := own.filtered(lambda step: step._is_open()):
                        feeds.append((own, own.move_dest_ids))
                        feeding |= still_open
            waiting = feeding
            moves |= feeding
        return Before(
            newest=moves.search([], order="id desc", limit=1).id or 0,
            moves={move: move._demand_and_reserved() for move in moves},
            leaving={
                (line, product): sum(own.mapped("product_qty"))
                for line, steps in last.items()
                for product, own in steps.grouped("product_id").items()
            },
            feeds=feeds,
            printed=moves.picking_id.filtered("printed"),
        )

    def _last_moves(self):
        """The last one of each chain of open moves that bring goods of these lines forward."""
        return self._open_outward()._last_of_chains()

    def _cut_moves(self, step, before):
        """Lower what is to leave of this line to what is still wanted, and to what was about to
        leave."""
        last = self._last_moves()
        for product, own in step.goods.items():
            mine = last.filtered(lambda move, product=product: move.product_id == product)
            was_leaving = before.leaving.get((self, product), 0.0)
            beyond = own.at_customer + was_leaving - (step.taken + step.remaining) * own.per_unit
            exchanged = max(min(beyond, self._quantity_coming_back(product)), 0.0)
            # what was handed over at a point of sale has gone off the transfers
            given_up = (step.taken + step.remaining) * own.per_unit - own.at_customer - was_leaving
            elsewhere = max(min(self._delivered_otherwise() * own.per_unit, given_up), 0.0)
            to_leave = own.to_leave(step.remaining, exchanged - elsewhere)
            to_leave = min(to_leave, was_leaving)
            mine._cut_together(sum(mine.mapped("product_qty")) - to_leave)
        (self._open_outward() | last.concat(*before.moves))._cut_to_demand()

    def _moves_to_fetch_at_customer(self, step):
        """``{done move: quantity}`` of what is at the customer and is not wanted any more.

        But for what is about to come back.
        """
        moves, found = self._own_moves(), {}
        for product, own in step.goods.items():
            missing = own.too_much_there(step.remaining) - self._quantity_coming_back(product)
            # the marketplace cannot call back what had left beyond the order
            missing = min(missing, step.taken * own.per_unit)
            found |= moves._explain_at_customer(product, missing)
        return found
