from collections import Counter
from itertools import chain

from odoo import api, models

from ...tools.goods import AT_CUSTOMER
from ...tools.preview import Preview
from ...tools.quote import listing
from ..base.quantities import of_product

#: How many orders a line names.
_NAMED = 5


class SaleOrder(models.Model):
    """What a seller is told before cancelling marketplaces' orders."""

    _inherit = "sale.order"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Leave the marketplaces' orders one button that cancels them, ours.

        The addon `sale_cancel_reason` has one of its own; our dialog asks for its reason.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for button in arch.xpath("//header/button[@name='action_cancel_wizard']"):
                hidden = button.get("invisible") or "0"
                ours = "marketplace_order_id or replaced_order_id"
                button.set("invisible", f"({hidden}) or {ours}")
        return arch, view

    def _preview_cancellations(self):
        """``{order: Preview}`` of those of these orders that the seller may cancel for good.

        Those of marketplaces, as they would be cancelled together.
        """
        # sudo: what follows concerns a user who may cancel the orders; documents are only named
        orders = self._origin.sudo()._in_context_of_follow_up()
        orders = orders.filtered(
            lambda order: order.state != "cancel" and order._marketplaces_own().marketplace_order_id
        )
        untouched = orders._untouched_with_moves()
        shared = (orders - orders.browse().concat(*untouched))._shared_steps()
        return {
            order: Preview() if order in untouched else order._preview_cancellation(orders, shared)
            for order in orders
        }

    def _preview_cancellation(self, together, shared):
        """The :class:`Preview` of this order among those ``together`` with ``shared`` steps."""
        to_fetch = self._goods_to_fetch()
        drafts = self._drafts_billing()
        quantities, reasons = self._left_to_credit(with_drafts=True, without=drafts)
        billed = list(dict.fromkeys(line.move_id.name for line in quantities))
        others = self._marketplaces_own()._with_replacements() - together
        asked = [*self._goods_in_words(to_fetch.doubtful), *self._money_in_words(reasons)]
        if goes_on := billed and self._goes_on(others):
            asked += [f"{name}: {goes_on}" for name in billed]
        if steps := shared.get(self):
            asked.append(self._describe_shared_steps(steps))
        return Preview(
            left=self._shipped_in_words(),
            picked=self._picked_in_words(to_fetch),
            invoiced=self._billing_documents(with_drafts=True)[0].mapped("name"),
            dropped=self._drafts_in_words(drafts, together),
            returned=self._lying_in_words(to_fetch),
            credited=[] if goes_on else billed,
            reduced=self._reduced_in_words(),
            stays=self._what_stays_in_words(),
            asked=asked,
        )

    def _describe_preview(self):
        """``(how far these orders have got, what follows from their cancellation)``: one line for
        each kind of thing, empty for nothing.
        """
        previews = self._preview_cancellations().values()
        every = Preview(*(dict.fromkeys(chain(*texts)) for texts in zip(*previews, strict=True)))
        so_far = {
            self.env._("Goods have left: %s"): every.left,
            self.env._("Picking has begun: %s"): every.picked,
            self.env._("Invoiced: %s"): every.invoiced,
        }
        follows = {
            self.env._("Draft invoices are cancelled: %s"): every.dropped,
            self.env._("A return is proposed of: %s"): every.returned,
            self.env._("Only this is still expected to come back: %s"): every.reduced,
            self.env._("A draft credit note is made for: %s"): every.credited,
            self.env._("This remains, please take care of it: %s"): every.stays,
            self.env._("Somebody is asked to take care of: %s"): every.asked,
        }
        return tuple(
            "\n".join(listing(text, list(names)) for text, names in lines.items() if names)
            for lines in (so_far, follows)
        )

    def _describe_previews(self):
        """How far these orders have got, and what follows from their cancellation: a line for each
        kind of thing, with the number of orders and the first of them.
        """
        sentences = {
            "left": self.env._("Goods have left: %(count)s (%(orders)s)"),
            "picked": self.env._("Picking has begun: %(count)s (%(orders)s)"),
            "invoiced": self.env._("Invoiced: %(count)s (%(orders)s)"),
            "dropped": self.env._("Draft invoices are cancelled: %(count)s (%(orders)s)"),
            "returned": self.env._("A return is proposed: %(count)s (%(orders)s)"),
            "reduced": self.env._("Less is expected to come back: %(count)s (%(orders)s)"),
            "credited": self.env._("A draft credit note is made: %(count)s (%(orders)s)"),
            "stays": self.env._("Something that was done for them remains: %(count)s (%(orders)s)"),
            "asked": self.env._("Somebody is asked to take care of them: %(count)s (%(orders)s)"),
        }
        previews = self._preview_cancellations()
        lines = []
        for aspect, sentence in sentences.items():
            if names := [order.name for order in previews if getattr(previews[order], aspect)]:
                named = names[:_NAMED] + (["…"] if len(names) > _NAMED else [])
                lines.append(sentence % {"count": len(names), "orders": ", ".join(named)})
        return lines

    def _what_stays_in_words(self):
        """What was bought, made or planned, by name, and what other modules have done."""
        documents = [upstream.document.display_name for upstream in self._upstream_that_stays()]
        return documents + [text for what, text in self._findings().items() if what != "delivered"]

    def _reduced_in_words(self):
        """The open returns of goods that have not left, and how much of them is expected still."""
        return [
            f"{move.picking_id.name or move.reference}: "
            + of_product(quantity, move.product_id.uom_id, move.product_id)
            for move, quantity in self._returns_of_too_much().items()
        ]

    def _drafts_in_words(self, drafts, together):
        """The ``drafts`` that are cancelled with the orders ``together``, or lose their lines."""
        shared = drafts.filtered(lambda draft: draft._orders_billed() - together)
        return [*(drafts - shared).mapped("display_name")] + [
            self.env._("the lines of this order on %s", draft.display_name) for draft in shared
        ]

    def _shipped_in_words(self):
        words = [
            of_product(quantity, product.uom_id, product)
            for product, quantity in self._shipped_quantities().items()
            if quantity > 0
        ]
        return words + self._lines_delivered_otherwise().mapped("product_id.display_name")

    def _lying_in_words(self, to_fetch):
        """What is proposed to come back, and from where."""
        quantities = Counter()
        for move, quantity in to_fetch.quantities.items():
            place = move.location_dest_id
            location = AT_CUSTOMER if place.usage == "customer" else place.id
            quantities[move.product_id.id, location] += quantity
        return self._goods_in_words(quantities)

    def _picked_in_words(self, to_fetch):
        """The transfers that somebody has begun with, else the goods that lie on the way."""
        moves = self._open_moves().filtered(lambda move: move._is_handled())
        at_work = self.picking_ids.filtered(lambda picking: picking._is_being_worked_on())
        if begun := moves.picking_id | at_work:
            return begun.mapped("name")
        lying = {
            move: quantity
            for move, quantity in to_fetch.quantities.items()
            if move.location_dest_id.usage == "internal"
        }
        return self._lying_in_words(to_fetch._replace(quantities=lying))

    def _money_in_words(self, reasons):
        """What somebody has to see to because of its money, of documents and ``reasons``."""
        words = [
            f"{document.display_name}: {' '.join(sorted(texts))}"
            for document, texts in reasons.items()
        ]
        return words + [
            self.env._("Payment %s was received: refund it.", payment.reference)
            for payment in self._payments_left()
        ]
