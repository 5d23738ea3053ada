from odoo.fields import Command
from odoo.tests import tagged

from ..helpers.taken_out import TakenOutCase
from ..helpers.work_sold import SoldWorkCase


@tagged("post_install", "-at_install")
class TestQuestions(TakenOutCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "loyalty.program" in cls.env:  # those of the demo data give points for anything
            cls.env["loyalty.program"].search([]).active = False

    def questions(self, order, *quantities):
        return order._questions_of_part(self.part_of(order, *quantities))

    def test_none(self):
        order = self.order_of_three("T-1")
        self.assertEqual(self.questions(order, 1), [])
        self.do_next_step(order, 1)
        self.assertEqual(self.questions(order, 3), [])

    def test_delivery_charge_is_none(self):
        freight = self.make_product("Freight", type="service", is_storable=False, lst_price=5)
        order = self.lines_of((self.product, 3, {"marketplace_line_id": "U-1"}), (freight, 1))
        self.assertIn("Freight", self.questions(order, 1)[0])  # a fee, for all one can tell
        if "is_delivery" in order.order_line._fields:
            order.order_line[1].is_delivery = True
            self.assertEqual(self.questions(order, 1), [])

    def test_discount_for_everything(self):
        rebate = self.make_product("Rebate", type="service", is_storable=False)
        order = self.lines_of((self.product, 3), (rebate, 1, {"price_unit": -1}))
        self.assertIn("Rebate", self.questions(order, 1)[0])

    def test_replacement(self):
        order = self.order_of_three("T-1")
        other = self.make_order(quantity=2, replaced_order_id=order.id, confirm=True)
        self.assertIn(other.name, self.questions(order, 1)[0])

    def test_no_whole_number(self):
        order = self.lines_of((self.product, 2.5))
        self.assertIn("not a whole number", self.questions(order, 1)[0])
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.lines_of(
            (self.product, 2, {"product_uom_id": dozen.id}), marketplace_order_id="T-2"
        )
        self.assertEqual(self.questions(order, 1), [])
        self.assertIn("not a whole number", self.questions(order, 7 / 12)[0])

    def test_more_counted_as_delivered_than_is_there(self):
        order = self.order_of_three("T-1")
        back = self.start_return(self.do_next_step(order))
        back.move_ids.to_refund = False
        self.ship(back)
        self.assertIn("counts more", self.questions(order, 1)[0])
        order._take_out({order.order_line: 1}, self.cause(order))
        self.assertEqual(order.order_line.product_uom_qty, 3)

    def test_components_that_left_without_others(self):
        self.needs("sale_mrp", "mrp.production")
        cup, kit = self.make_product("Cup"), self.make_product("Set")
        self.put_in_stock(cup, 10, self.warehouse)
        parts = [Command.create({"product_id": own.id}) for own in (self.product, cup)]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": parts,
            }
        )
        order = self.lines_of((kit, 3))
        self.assertEqual(self.questions(order, 1), [])
        order.picking_ids.action_assign()
        order.picking_ids.move_ids[0].picked = True
        order.picking_ids._action_done()
        self.assertIn("components", self.questions(order, 1)[0])

    def test_combo(self):
        choices = self.env["product.combo"].create(
            {"name": "A", "combo_item_ids": [Command.create({"product_id": self.product.id})]}
        )
        breakfast = self.env["product.product"].create(
            {"name": "Breakfast", "type": "combo", "combo_ids": choices.ids}
        )
        order = self.lines_of((breakfast, 3), confirm=False)
        self.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.product.id,
                "product_uom_qty": 3,
                "combo_item_id": choices.combo_item_ids.id,
                "linked_line_id": order.order_line.id,
            }
        )
        self.assertIn("combination", self.questions(order, 1)[0])
        self.assertEqual(self.questions(order, 3), [])
        self.assertTrue(order._is_all_of_order({order.order_line[0]: 3}))


@tagged("post_install", "-at_install")
class TestQuestionsOfLoyalty(SoldWorkCase):
    def questions(self, order):
        return order._questions_of_part({order.order_line[0]: 1})

    def test_points_that_last(self):
        order, _card = self.points_earned()
        self.assertIn("Rewards", self.questions(order)[0])

    def test_discount_that_was_earned(self):
        order = self.quiet_discount()
        self.assertIn("Rewards", self.questions(order)[0])
