from contextlib import contextmanager, suppress

from odoo import models
from odoo.exceptions import UserError

from ...tools.cause import Upstream
from ...tools.goods import NOTHING


class SaleOrder(models.Model):
    """What was bought, made or begun for a part that is taken out of an order.

    Odoo takes it off requests for quotation. What nobody has begun stops if nothing of its line is
    left; about anything else somebody is asked.
    """

    _inherit = "sale.order"

    @contextmanager
    def _see_to_upstream_of_part(self, steps, cause):
        """Stop what is there for ``steps``, or ask about it, after the block has taken them out."""
        lines = self.order_line.browse().concat(*steps)
        ended = lines.filtered(lambda line: steps[line].target <= NOTHING)
        newest = self.env["mail.activity"].search([], order="id desc", limit=1).id or 0
        wanted = self._supply_of_part(lines)
        stops = self._stops_of_part(lines, ended, wanted)
        requests = self._requests_of_part(steps)
        yield
        for bought, (before, taken) in requests.items():
            if bought.exists() and bought.product_qty >= before:  # Odoo leaves it as it is
                bought.product_qty = max(before - taken, 0.0)
        for document, quantity in wanted.items():
            if document.state != "cancel" and self._quantity_supplied(document, lines) >= quantity:
                stop = stops.get(document)
                self._see_to_document(Upstream(document, stop), cause, newest, bool(stop))
        for document, stop in stops.items():
            if document not in wanted:
                self._see_to_document(Upstream(document, stop), cause, newest, True)
        for purchase in wanted:
            if purchase._name == "purchase.order":
                self._drop_what_is_nothing(purchase)
        for line in lines.filtered(lambda line: line._is_of_persons()):
            self._see_to_seats(line, line in ended, cause, newest)

    def _supply_of_part(self, lines):
        """``{purchase or manufacturing order: how much it brings}`` that is there for ``lines``."""
        found = list(lines._purchases()) + list(self._productions_of_part(lines))
        return {
            own: self._quantity_supplied(own, lines)
            for own in found
            if own.state not in ("done", "cancel")
        }

    def _requests_of_part(self, steps):
        """``{line of a request for quotation: (its quantity, what is taken out of it)}`` of what a
        vendor is to send to the customer for ``steps``.
        """
        found = {}
        if not self._is_installed({"purchase.order.line": "sale_line_id"}):
            return found
        for line, step in steps.items():
            for bought in self._bought_for(line).filtered(lambda own: own.state == "draft"):
                if own := line._is_goods() and step.goods.get(bought.product_id):
                    taken = bought.product_id.uom_id._compute_quantity(
                        step.taken * own.per_unit, bought.product_uom_id, rounding_method="HALF-UP"
                    )
                    found[bought] = bought.product_qty, taken
        return found

    def _bought_for(self, lines):
        """The lines of purchases that name ``lines``."""
        return self.env["purchase.order.line"].search([("sale_line_id", "in", lines.ids)])

    def _productions_of_part(self, lines):
        """Manufacturing orders, of any level, that make something for ``lines``."""
        _moves, productions = self._supply()
        if not productions:
            return ()
        found = own = productions.filtered(lambda made: lines & self._lines_made_for(made))
        while own:
            own = productions.filtered(
                lambda made, own=own: (
                    made.move_finished_ids.move_dest_ids.raw_material_production_id & own
                )
            )
            own -= found
            found |= own
        return found

    def _lines_made_for(self, production):
        """The order lines for which ``production`` makes something."""
        moves = production.move_finished_ids
        lines = moves.browse(moves._rollup_move_dests()).sale_line_id
        return lines | production.sale_line_id if "sale_line_id" in production._fields else lines

    def _quantity_supplied(self, document, lines):
        if document._name == "mrp.production":
            return document.product_uom_qty
        products = lines.product_id | lines.move_ids.product_id
        own = document.order_line.filtered(
            lambda line: (
                line.product_id in products
                or ("sale_line_id" in line._fields and line.sale_line_id in lines)
            )
        )
        return sum(own.mapped("product_qty"))

    def _stops_of_part(self, lines, ended, supply):
        """``{document: how it is stopped}`` of what is there for ``ended`` lines alone."""
        productions = self.env["sale.order"]
        if "mrp.production" in self.env:
            made = [own for own in supply if own._name == "mrp.production"]
            productions = self.env["mrp.production"].concat(*made)
            productions = productions.filtered(lambda own: self._lines_made_for(own) <= ended)
        stops = {
            own: stop for own, stop in self._stops_of_productions(productions) if stop is not None
        }
        if self._is_installed({"project.task": "sale_line_id"}):
            tasks = self._caused("project.task", "sale_line_id", ("state", "!=", "1_canceled"))
            for task in tasks:
                if task.sale_line_id in ended and task.state != "1_done":
                    stops[task] = lambda task=task: self._stop_task(task)
        return stops

    def _drop_what_is_nothing(self, purchase):
        """Remove the lines of a request for quotation of which Odoo has left nothing."""
        if purchase.state != "draft":
            return
        purchase.order_line.filtered(
            lambda line: line.product_id and line.product_uom_id.is_zero(line.product_qty)
        ).unlink()
        if not purchase.order_line.product_id:
            purchase.button_cancel()

    def _see_to_seats(self, line, is_ended, cause, newest):
        """Cancel the seats of a line that is taken out wholly, or ask which ones are meant."""
        seats = self.env["sale.order"]
        if "registration_ids" in line._fields:
            seats = line.registration_ids.filtered(lambda seat: seat.state in ("draft", "open"))
        if is_ended and seats:
            with suppress(UserError), self.env.cr.savepoint():
                seats.action_cancel()
                return
        text = self.env._("Please check which seats or booths of “%s” are meant.", line.name)
        self._ask_about_document(Upstream(self, text=text), cause, newest)
