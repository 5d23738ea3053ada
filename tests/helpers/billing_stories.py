"""Random orders, invoiced and credited in all sorts of ways."""

from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.fields import Command

from .invoices import DownPaymentCase
from .random_examples import RandomRecordsCase, note, st

#: Deeds, and how often: what brings invoices about comes more often.
DEEDS = (*["bill"] * 4, *["credit_note"] * 3, *["pay_down"] * 2)
DEEDS += ("order_more", "order_less", "back_to_draft", "cancel_invoice")


class Story(NamedTuple):
    """What an example is made of."""

    orders: list  # of each order its lines: (price in cents, quantity, discount, number of the tax)
    deeds: list  # (name, which orders, which document, how much, whether it is posted)


def stories():
    line = st.tuples(
        st.integers(1, 5000), st.integers(1, 4), st.sampled_from((0, 0, 15)), st.integers(0, 2)
    )
    deed = st.tuples(
        st.sampled_from(DEEDS),
        st.sets(st.integers(0, 2), min_size=1),
        st.integers(0, 5),
        st.none() | st.integers(1, 3),  # none is all
        st.sampled_from((True, True, True, False)),
    )
    orders = st.lists(st.lists(line, min_size=1, max_size=2), min_size=1, max_size=3)
    first = st.tuples(st.just("bill"), st.just({0, 1, 2}), st.just(0), st.none(), st.just(True))
    return st.builds(
        Story,
        orders=orders,
        deeds=st.tuples(first | deed, *[st.none() | deed] * 5).map(
            lambda deeds: [deed for deed in deeds if deed]
        ),
    )


class BillingStoryCase(RandomRecordsCase, DownPaymentCase):
    """Plays stories: each deed is a method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        excluded, included = (
            cls.env["account.tax"].create(
                {"name": how, "amount": amount, "price_include_override": how}
            )
            for how, amount in (("tax_excluded", 19), ("tax_included", 7))
        )
        cls.taxes = [cls.env["account.tax"], excluded, included]
        cls.goods = cls.make_product("Mug", is_storable=False, invoice_policy="order")

    def play(self, story):
        orders = self.env["sale.order"]
        for number, lines in enumerate(story.orders):
            order_line = [
                Command.create(
                    {
                        "product_id": self.goods.id,
                        "price_unit": cents / 100,
                        "product_uom_qty": quantity,
                        "discount": discount,
                        "tax_ids": self.taxes[tax].ids,
                    }
                )
                for cents, quantity, discount, tax in lines
            ]
            orders |= self.make_order(f"B-{number}", confirm=True, order_line=order_line)
        for name, numbers, which, how_much, posted in story.deeds:
            some = orders.browse().union(
                *(orders[number % len(orders)] for number in sorted(numbers))
            )
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)(some, which, how_much, posted)
            except UserError as error:
                note(f"{name} was not possible: {error}")
        self.env.invalidate_all()
        return orders

    # -- Deeds ------------------------------------------------------------------------------------

    def one_of(self, orders, which, kind="out_invoice", states=("posted",)):
        found = orders.invoice_ids.filtered(
            lambda move: move.move_type == kind and move.state in states
        ).sorted("id")
        if not found:
            raise UserError("There is none.")  # pylint: disable=translation-required
        return found[which % len(found)]

    def bill(self, orders, _which, _how_much, posted):
        self.final_invoice(orders, posted)

    def pay_down(self, orders, _which, how_much, posted):
        self.down_payment(orders[0], 20 * (how_much or 4), posted)

    def credit_note(self, orders, which, how_much, posted):
        """An accountant credits an invoice, or so much of each line."""
        made = self.credit(self.one_of(orders, which), post=False)
        for line in made.invoice_line_ids.filtered("quantity"):
            if how_much and line.quantity > how_much:
                line.quantity = how_much
        if posted:
            made.action_post()

    def line_of(self, order, which):
        """One of its lines; the heading above down payments is none."""
        lines = order.order_line.filtered(lambda line: not line.display_type)
        return lines[which % len(lines)]

    def order_more(self, orders, which, how_much, _posted):
        self.line_of(orders[0], which).product_uom_qty += how_much or 1

    def order_less(self, orders, which, how_much, _posted):
        line = self.line_of(orders[0], which)
        line.product_uom_qty = max(0, line.product_uom_qty - (how_much or line.product_uom_qty))

    def back_to_draft(self, orders, which, _how_much, _posted):
        self.one_of(orders, which).button_draft()

    def cancel_invoice(self, orders, which, how_much, _posted):
        kind = "out_refund" if how_much else "out_invoice"
        self.one_of(orders, which, kind, ("draft", "posted")).button_cancel()
