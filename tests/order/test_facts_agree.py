"""What is untouched at a glance is so when all facts are looked at, whatever was done."""

import os
from contextlib import closing, suppress
from itertools import combinations

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.decision import Facts
from ..helpers.other_modules import OtherModulesCase

LONG = bool(os.environ.get("MARKETPLACE_TEST_LONG"))
NOTHING = Facts(order_known=True)


class AgreementCase(OtherModulesCase):
    def look_at(self, order):
        """All facts about ``order``, without the shortcut."""
        receipt = self.env["marketplace.cancellation.receipt"].new({"account_id": self.account.id})
        return order._cancellation_facts(receipt, order.browse(), untouched={})

    def assertAgree(self, order):
        """Facts see nothing in an order that is said to be untouched."""
        self.env.flush_all()
        self.env.invalidate_all()
        if order in order._untouched_with_moves():
            self.assertEqual(self.look_at(order), NOTHING)


@tagged("post_install", "-at_install")
class TestOtherModules(AgreementCase):
    """Each module's work is seen, and what it has only in store is taken for no work."""

    def check_work(self, kind):
        order = self.order_by(f"work_{kind}")
        self.assertNotEqual(self.look_at(order), NOTHING)
        self.assertEqual(order._untouched_with_moves(), {})

    def check_quiet(self, kind):
        order = self.order_by(f"quiet_{kind}")
        self.assertEqual(self.look_at(order), NOTHING)
        # Tasks and repairs that have not begun are stopped, so such an order is looked at closely.
        expected = [] if kind in ("repair", "task") else [order]
        self.assertEqual(list(order._untouched_with_moves()), expected)


for _kind in OtherModulesCase.kinds("work_"):
    setattr(TestOtherModules, f"test_{_kind}", lambda self, kind=_kind: self.check_work(kind))
for _kind in OtherModulesCase.kinds("quiet_"):
    setattr(
        TestOtherModules, f"test_quiet_{_kind}", lambda self, kind=_kind: self.check_quiet(kind)
    )


@tagged("post_install", "-at_install")
class TestWarehouseAndPeople(AgreementCase):
    """What the warehouse, accountants and salespeople do to an order, alone and two at a time."""

    def deed_pick(self, order):
        self.open_pickings(order)[:1].move_line_ids.picked = True

    def deed_part(self, order):
        self.deed_step(order, quantity=1)

    def deed_step(self, order, quantity=None):
        ready = self.open_pickings(order).filtered(lambda picking: picking.state == "assigned")
        for picking in ready[:1]:
            self.ship(picking, quantity)

    def deed_return(self, order):
        for done in order.picking_ids.filtered(lambda picking: picking.state == "done"):
            self.give_back(done)

    def deed_draft_invoice(self, order):
        self.invoice(order, "draft")

    def deed_invoice(self, order):
        self.invoice(order, "posted")

    def deed_credit(self, order):
        self.invoice(order, "posted")._reverse_moves(cancel=True)

    def deed_lock(self, order):
        order.action_lock()

    def deed_replace(self, order):
        self.make_order(confirm=True, replaced_order_id=order.id)

    def deed_batch(self, order):
        self.needs("stock_picking_batch", "stock.picking.batch")
        pickings = self.open_pickings(order)
        self.env["stock.picking.batch"].create({"picking_ids": pickings.ids}).action_confirm()

    def deed_order_more(self, order):
        order.order_line.product_uom_qty += 2

    def deed_order_less(self, order):
        order.order_line.product_uom_qty -= 1

    def deed_cancel_transfer(self, order):
        self.open_pickings(order)[:1].action_cancel()

    def check_deeds(self, all_deeds):
        for steps in ("one", "two"):
            order = self.order_of_three(f"P-{steps}", steps)
            self.env.flush_all()
            for first, *later in all_deeds:
                with (
                    self.subTest(steps=steps, deeds=(first, *later)),
                    closing(self.env.cr.savepoint()),  # always rolls back
                ):
                    getattr(self, f"deed_{first}")(order)
                    for deed in later:
                        self.do_if_possible(deed, order)
                    self.assertAgree(order)
                self.env.invalidate_all()

    def do_if_possible(self, deed, order):
        """Do it, unless Odoo refuses it after what was done before: to invoice twice, say."""
        with suppress(UserError), self.env.cr.savepoint():
            getattr(self, f"deed_{deed}")(order)

    def test_one_at_a_time(self):
        self.check_deeds([(deed,) for deed in self.kinds("deed_")])

    def test_two_at_a_time(self):
        pairs = list(combinations(self.kinds("deed_"), 2))
        self.check_deeds(pairs if LONG else pairs[::6])


@tagged("post_install", "-at_install")
class TestExplained(AgreementCase):
    """Quantities that moves and invoices explain are not taken for another module's."""

    def assertExplained(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(order._lines_delivered_otherwise())
        self.assertFalse(order._lines_invoiced_otherwise())

    def kit(self):
        """An order of two kits of two pots and a cup each."""
        self.needs("sale_mrp", "mrp.bom")
        kit, cup = self.make_product("Tea for Two"), self.make_product("Cup")
        self.put_in_stock(cup, 10, self.warehouse)
        self.env["mrp.bom"].create(
            {
                "type": "phantom",
                "product_tmpl_id": kit.product_tmpl_id.id,
                "bom_line_ids": [
                    (0, 0, {"product_id": self.product.id, "product_qty": 2}),
                    (0, 0, {"product_id": cup.id}),
                ],
            }
        )
        return self.make_order("E-1", product=kit, quantity=2, confirm=True)

    def test_kit(self):
        order = self.kit()
        self.ship(order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertExplained(order)
        delivery = order.picking_ids
        self.give_back(delivery)
        self.assertExplained(order)
        self.assertEqual(self.look_at(order), NOTHING)

    def test_kit_of_which_nothing_has_left(self):
        order = self.kit()
        self.assertExplained(order)
        self.assertEqual(self.look_at(order), NOTHING)

    def test_other_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen").id
        line = {"product_id": self.product.id, "product_uom_qty": 1.5, "product_uom_id": dozen}
        order = self.order_of_three("E-1", order_line=[(0, 0, line)])
        self.ship(order.picking_ids, quantity=7)
        self.invoice(order, "posted")
        self.assertExplained(order)

    def test_more_than_ordered(self):
        order = self.order_of_three("E-1")
        self.ship(order.picking_ids, quantity=5)
        self.assertEqual(order.order_line.qty_delivered, 5)
        self.assertExplained(order)

    def test_product_that_nobody_ordered(self):
        order = self.order_of_three("E-1")
        cup = self.make_product("Cup")
        self.put_in_stock(cup, 10, self.warehouse)
        picking = order.picking_ids
        extra = picking.move_ids.copy({"product_id": cup.id, "sale_line_id": False})
        extra.quantity = 2
        self.ship(picking)
        self.assertExplained(order)

    def test_return_that_is_not_to_be_refunded(self):
        order = self.order_of_three("E-1", done=1)
        back = self.start_return(order.picking_ids)
        back.move_ids.to_refund = False
        self.ship(back)
        self.assertExplained(order)
        self.assertEqual(self.look_at(order), NOTHING)

    def test_invoices_in_all_states(self):
        for doing in ("draft", "posted", "paid"):
            with self.subTest(doing):
                order = self.order_of_three(f"E-{doing}")
                invoice = self.invoice(order, doing)
                self.assertExplained(order)
                if doing != "draft":
                    invoice._reverse_moves(cancel=True)
                    self.assertExplained(order)

    def test_down_payment(self):
        order = self.order_of_three("E-1")
        order.order_line.price_unit = 10
        self.down_payment(order)
        self.assertEqual(len(order.order_line), 3)
        self.assertExplained(order)

    def test_what_came_back_does_not_explain_what_was_handed_over(self):
        order = self.order_of_three("E-1", done=1)
        self.give_back(order.picking_ids)
        self.assertEqual(order.order_line.qty_delivered, 0)
        order.order_line.qty_delivered = 1
        self.assertEqual(order._lines_delivered_otherwise(), order.order_line)
