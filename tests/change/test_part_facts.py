from contextlib import closing, suppress
from typing import Any, NamedTuple
from unittest import SkipTest

from odoo.tests import tagged

from ...tools.decision import Facts, Shipped
from ..helpers.other_modules import OtherModulesCase
from ..helpers.taken_out import TakenOutCase

NOTHING, PARTLY, FULLY = Shipped.NOTHING, Shipped.PARTLY, Shipped.FULLY


class Case(NamedTuple):
    """What is done to an order of 3 pieces, and what the facts say of so many of them.

    :param steps: of the delivery
    :param deeds: names of methods of the test, each with the order and these arguments
    :param expected: ``{pieces: the facts that are not as for an untouched order}``
    """

    name: str
    steps: str
    deeds: list[tuple[Any, ...]]
    expected: dict[int, dict[str, Any]]


CASES = [
    Case("untouched", "one", [], {1: {}, 3: {}}),
    Case("one has left", "one", [("ship_some", 1)], {2: {}, 3: {"shipped": PARTLY}}),
    Case("two have left", "one", [("ship_some", 2)], {1: {}, 2: {"shipped": PARTLY}}),
    Case("all has left", "one", [("ship_some", 3)], {1: {"shipped": FULLY}}),
    Case("it came back", "one", [("ship_some", 3), ("back",)], {1: {}, 3: {}}),
    Case("one is picked", "one", [("pick", 1)], {2: {}, 3: {"picking": True}}),
    Case("all is picked", "one", [("pick", 3)], {1: {"picking": True}}),
    Case("one stands there", "two", [("ship_some", 1)], {2: {}, 3: {"picking": True}}),
    Case("all stands there", "two", [("ship_some", 3)], {1: {"picking": True}}),
    Case(
        "one stands there, one is picked",
        "two",
        [("ship_some", 1), ("pick", 1)],
        {1: {}, 2: {"picking": True}},
    ),
    Case("locked", "one", [("action_lock",)], {1: {"locked": True}}),
    Case("billed", "one", [("bill", "posted")], {1: {"invoiced": True}}),
    Case("drafted", "one", [("bill", "draft")], {1: {}}),
    Case("one is billed", "one", [("bill_some", 1)], {2: {}, 3: {"invoiced": True}}),
    Case("credited", "one", [("bill", "posted"), ("credit",)], {1: {}, 3: {}}),
    Case("half is paid", "one", [("pay_in_advance",)], {1: {}, 2: {"invoiced": True}}),
    Case("billed by hand", "one", [("bill_by_hand", 2)], {1: {}, 2: {"invoiced": True}}),
    Case("delivered by hand", "one", [("deliver_by_hand", 2)], {1: {}, 2: {"shipped": PARTLY}}),
    Case("kept", "one", [("keep",)], {1: {"kept": True}}),
    Case("cancelled", "one", [("_action_cancel",)], {1: {"order_cancelled": True}}),
]


@tagged("post_install", "-at_install")
class TestPartFacts(TakenOutCase):
    def test_table(self):
        for case in CASES:
            with closing(self.env.cr.savepoint()):
                self.check(case)
            self.env.invalidate_all()

    def check(self, case):
        order = self.order_of_three("F-1", case.steps)
        for name, *arguments in case.deeds:
            if hasattr(self, name):
                getattr(self, name)(order, *arguments)
            else:
                getattr(order, name)(*arguments)
        self.env.flush_all()
        for taken, expected in case.expected.items():
            with self.subTest(case=case.name, taken=taken):
                facts = order._facts_of_part({order.order_line[0]: taken})
                self.assertEqual(facts, Facts(order_known=True, **expected))

    def ship_some(self, order, quantity):
        self.do_next_step(order, quantity)

    def back(self, order):
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        self.give_back(done[-1])

    def pick(self, order, quantity):
        picking = self.open_pickings(order).filtered(
            lambda own: own.location_id == self.stock_location
        )
        picking.action_assign()
        picking.move_ids.quantity = quantity
        picking.move_ids.move_line_ids.picked = True

    def bill(self, order, state):
        self.invoice(order, state)

    def bill_some(self, order, quantity):
        draft = self.invoice(order, "draft")
        draft.invoice_line_ids.quantity = quantity
        draft.action_post()

    def credit(self, order):
        order.invoice_ids._reverse_moves(cancel=True)

    def pay_in_advance(self, order):
        self.down_payment(order)

    def bill_by_hand(self, order, quantity):
        order.order_line.qty_invoiced = quantity

    def deliver_by_hand(self, order, quantity):
        order.order_line.qty_delivered = quantity

    def keep(self, order):
        order.sudo().is_kept_open = True

    def test_no_order(self):
        self.assertEqual(self.env["sale.order"]._facts_of_part({}), Facts(order_known=False))

    def test_no_lines(self):
        order = self.order_of_three("T-1", done=1)
        self.assertEqual(order._facts_of_part({}), Facts(order_known=True))

    def test_other_lines_do_not_count(self):
        cup = self.make_product("Cup", invoice_policy="delivery")
        self.put_in_stock(cup, 10, self.warehouse)
        order = self.lines_of((self.product, 3), (cup, 3))
        move = order.picking_ids.move_ids.filtered(lambda move: move.product_id == cup)
        order.picking_ids.action_assign()
        move.picked = True
        order.picking_ids._action_done()
        order._create_invoices(final=True)
        order.invoice_ids.invoice_line_ids.filtered(lambda line: line.product_id != cup).unlink()
        order.invoice_ids.action_post()
        teapot, other = order.order_line
        self.assertEqual(order._facts_of_part({teapot: 3}), Facts(order_known=True))
        self.assertEqual(
            order._facts_of_part({other: 1}),
            Facts(order_known=True, shipped=FULLY, invoiced=True),
        )
        self.assertEqual(
            order._facts_of_part({teapot: 1, other: 1}),
            Facts(order_known=True, shipped=PARTLY, invoiced=True),
        )

    def test_other_line_of_the_product_does_not_count(self):
        order = self.lines_of((self.product, 3), (self.product, 2))
        order.picking_ids.action_assign()
        first, second = order.order_line
        first.move_ids.picked = True
        order.picking_ids._action_done()
        self.assertEqual(order._facts_of_part({second: 2}), Facts(order_known=True))
        self.assertEqual(order._facts_of_part({first: 1}).shipped, FULLY)

    def test_what_was_taken_out_before_does_not_count(self):
        order = self.order_of_three("T-1")
        self.do_next_step(order, 2)
        self.take_out(order, 2)
        self.assertEqual(order._facts_of_part({order.order_line: 1}).shipped, FULLY)

    def test_service_that_was_delivered(self):
        course = self.make_product("Course", type="service", is_storable=False)
        order = self.lines_of((course, 5))
        order.order_line.qty_delivered = 2
        self.assertFalse(order._facts_of_part({order.order_line: 3}).committed)
        self.assertTrue(order._facts_of_part({order.order_line: 4}).committed)


@tagged("post_install", "-at_install")
class TestPartCommitted(OtherModulesCase):
    """What other modules have done counts if it is for these lines, or for the whole order."""

    def orders(self, kinds, prefix):
        """Each kind of work, and the order that it was done for; it is undone in the end."""
        for kind in kinds:
            with suppress(SkipTest), closing(self.env.cr.savepoint()):
                yield kind, self.order_by(prefix + kind)
            self.env.invalidate_all()

    def all_of(self, order):
        return {line: line.product_uom_qty for line in order.order_line if line.product_uom_qty}

    def test_work_on_the_line(self):
        for kind, order in self.orders(self.kinds("work_"), "work_"):
            facts = order._facts_of_part(self.all_of(order))
            self.assertNotEqual(facts, Facts(order_known=True), kind)

    def test_quiet_work(self):
        for kind, order in self.orders(self.kinds("quiet_"), "quiet_"):
            self.assertFalse(order._facts_of_part(self.all_of(order)).committed, kind)

    def test_work_on_another_line(self):
        kinds = ("service_delivered", "attended", "purchase_to_approve", "milestone")
        for kind, order in self.orders(kinds, "work_"):
            line = self.env["sale.order.line"].create(
                {"order_id": order.id, "product_id": self.product.id, "product_uom_qty": 2}
            )
            self.assertTrue(order._facts_of_part(self.all_of(order)).committed, kind)
            self.assertFalse(order._facts_of_part({line: 1}).committed, kind)
