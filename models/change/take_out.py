from contextlib import contextmanager
from typing import Any, NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.any_language import InAnyLanguage
from ...tools.change.goods import spread
from ...tools.change.queries import DRAFTS_OF_LINES, OPEN_MOVES_OF_LINES
from ...tools.goods import NOTHING
from ...tools.trusted_context import PartTakenOut


class Step(NamedTuple):
    """What is taken out of one order line, in its unit.

    :param taken: so much
    :param ordered: what the line said before
    :param remaining: how much of it is still wanted
    :param target: the quantity that it will have: never less than has left, or was done
    :param goods: what ``_goods_of_lines`` said of it before
    """

    taken: float
    ordered: float
    remaining: float
    target: float
    goods: dict[Any, Any]  # of products, which plain Python does not know


class SaleOrder(models.Model):
    """Takes a part out of an order: its lines are lowered, and its transfers follow."""

    _inherit = "sale.order"

    def _take_out(self, quantities, cause):
        """Take ``quantities`` out of this order, by Odoo's own ways, with all that follows.

        Moves are lowered, and returns are proposed for what was picked or has left; a line never
        says less than what has left. All or nothing: on an error nothing may be committed.

        :param quantities: ``{line: quantity in its unit}``
        :param cause: the :class:`~tools.cause.Cause`
        :raise UserError: if it cannot be taken out
        """
        self.ensure_one()
        # sudo: transfers and reservations are the warehouse's, and follow from the decision
        order = self.sudo()._in_context_of_follow_up().with_company(self.company_id)
        order._claim_fulfilment()
        cause = cause._replace(of_part=True)
        part = {line.with_env(order.env): taken for line, taken in quantities.items()}
        order._check_may_take_out(part)
        part = order._with_combos(part)
        steps = order._steps_to_take_out(part)
        with (
            order._unlocked(),
            order._see_to_upstream_of_part(steps, cause),
            order._transfers_follow(steps, cause),
        ):
            order._lower(steps)
        order._account_for_part(part, cause)
        order._take_out_of_replacements(steps, cause)
        order._message_log(body=f"{order._taken_out_in_words(steps)} {cause.text}")
        order._check_taken_out({line: step.remaining for line, step in steps.items()})

    def _lower(self, steps):
        """Take ``steps`` off their lines; Odoo looks once at what becomes of all of their goods."""
        down = PartTakenOut().as_context()
        lines = self.order_line.browse().concat(*steps).with_context(**down)
        before = {line.id: line.product_uom_qty for line in lines}
        for line, step in steps.items():
            line.with_context(**down, skip_procurement=True).write(line._values_without(step))
        less = lines.filtered(
            lambda line: (
                not line.is_expense and line._is_more(before[line.id], line.product_uom_qty)
            )
        )
        less._action_launch_stock_rule(previous_product_uom_qty=before)

    def _check_may_take_out(self, part):
        """Raise a UserError if ``part`` is not there to be taken out."""
        if not self._with_replacements():
            raise UserError(
                InAnyLanguage(self.env)._("%s is cancelled: nothing is left of it.", self.name)
            )
        for line, taken in part.items():
            wanted = line._quantity_wanted()
            if line.order_id != self or not NOTHING < taken <= wanted + NOTHING:
                text = InAnyLanguage(self.env)._(
                    "%(quantity)s of “%(product)s” cannot be taken out of %(order)s: there are "
                    "%(wanted)s.",
                    quantity=f"{taken:g}",
                    product=line.product_id.display_name,
                    order=self.name,
                    wanted=f"{wanted if line.order_id == self else 0:g}",
                )
                raise UserError(text)

    def _steps_to_take_out(self, part):
        """``{line: Step}``; a combo stays as long as something of it has left."""
        goods = self.order_line.browse().concat(*part)._goods_of_lines()
        steps = {}
        for line, taken in part.items():
            remaining = max(line._quantity_wanted() - taken, 0.0)
            left = max(line._units_left(goods[line]), line.qty_delivered)
            # what was delivered beyond what was ordered stays beyond it
            target = max(remaining, min(left, line.product_uom_qty))
            steps[line] = Step(taken, line.product_uom_qty, remaining, target, goods[line])
        for line in list(steps):
            parts = [(steps[own], own) for own in line._combo_lines() if steps[own].ordered]
            share = max((own.target / own.ordered for own, _part in parts), default=0.0)
            target = max(steps[line].target, share * steps[line].ordered)
            steps[line] = steps[line]._replace(target=target)
        return steps

    def _take_out_of_replacements(self, steps, cause):
        """Have no replacement of this order deliver more of a product than is still wanted here."""
        for product in self.env["product.product"].union(*(line.product_id for line in steps)):
            wanted = self._wanted_of(product)
            for other in self.replacement_order_ids.filtered(lambda own: own.state != "cancel"):
                excess = other._wanted_of(product) - wanted
                lines = other._lines_of(product)
                pieces = [(line.id, line._quantity_wanted() * line._factor()) for line in lines]
                taken = spread(excess, pieces)
                part = {line: taken[line.id] / line._factor() for line in lines if line.id in taken}
                if part:
                    other._take_out(part, cause)

    def _wanted_of(self, product):
        """How much of ``product`` is wanted by this order, in its unit."""
        lines = self._lines_of(product)
        return sum(line._quantity_wanted() * line._factor() for line in lines)

    def _lines_of(self, product):
        return self.order_line.filtered(
            lambda line: line.product_id == product and line._quantity_wanted() > 0
        )

    @contextmanager
    def _unlocked(self):
        """Unlock this order while the block changes it: the decision has taken the lock into
        account."""
        locked = self.locked
        if locked:
            self.action_unlock()
        yield
        if locked:
            self.action_lock()

    def _taken_out_in_words(self, steps):
        """What was taken out of which line, as people read it."""
        words = []
        for line, step in steps.items():
            if line != line._marketplace_line():
                continue  # of a combo, which says it
            names = {
                "quantity": f"{step.taken:g}",
                "product": line.product_id.display_name,
                "before": f"{step.ordered:g}",
                "after": f"{step.target:g}",
            }
            if step.target - step.remaining > NOTHING:
                text = self.env._(
                    "%(quantity)s × %(product)s taken out (%(before)s → %(after)s; %(left)s of it "
                    "had left).",
                    left=f"{step.target - step.remaining:g}",
                    **names,
                )
            else:
                text = self.env._(
                    "%(quantity)s × %(product)s taken out (%(before)s → %(after)s).", **names
                )
            words.append(text)
        return " ".join(words)

    # -- Whether nothing of it can leave or be billed ---------------------------------------------

    def _check_taken_out(self, expected):
        """Refuse to report a success that is none.

        Asks the database: whatever a record rule hides, or another addon's override leaves out,
        would be shipped or billed although the marketplace was told otherwise.

        :param self: in superuser mode
        :param expected: ``{line: how much of it is still wanted}``, in its unit
        :raise UserError: naming what is still to leave, or to be billed
        """
        self.env.invalidate_all()  # with what is still to be written
        left = {*self._moves_beyond(expected), *self._drafts_beyond(expected)}
        if left:
            names = ", ".join(sorted(left))
            raise UserError(InAnyLanguage(self.env)._("%s could not be reduced.", names))

    def _moves_beyond(self, expected):
        """Names of what is still to leave, or is reserved, beyond what is ``expected``."""
        lines = self.order_line.browse().concat(*expected)
        self.env.cr.execute(SQL(OPEN_MOVES_OF_LINES, lines=tuple(lines.ids)))
        moves = self.env["stock.move"].browse(id_ for (id_,) in self.env.cr.fetchall())
        moves = moves.filtered(lambda move: move._is_outward())
        last = moves._last_of_chains()
        over = moves.filtered(lambda move: move._reserved_quantity() - move.product_qty > NOTHING)
        for line, goods in lines._goods_of_lines().items():
            for product, own in goods.items():
                mine = last.filtered(
                    lambda move, line=line, product=product: (
                        move.sale_line_id == line and move.product_id == product
                    )
                )
                # quantities are rounded in the units of lines and of moves
                rounding = product.uom_id.rounding * max(own.per_unit, 1.0)
                back = line._quantity_coming_back(product)
                allowed = own.to_leave(expected[line], back) + rounding
                if sum(mine.mapped("product_qty")) > allowed:
                    over |= mine
        return [move.picking_id.name or move.product_id.display_name for move in over]

    def _drafts_beyond(self, expected):
        """Names of the drafts of invoices that bill more of a line than is left of it.

        What has left stays billed until it is back.
        """
        lines = {line.id: line for line in expected}
        self.env.cr.execute(SQL(DRAFTS_OF_LINES, lines=tuple(lines)))
        return [
            self.env["account.move"].browse(draft_id).display_name
            for line_id, draft_id, quantity in self.env.cr.fetchall()
            if lines[line_id]._is_more(
                float(quantity), lines[line_id]._quantity_that_may_stay_billed()
            )
        ]
