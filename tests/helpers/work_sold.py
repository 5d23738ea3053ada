"""What modules of sales and deliveries do for orders: quantities, money, loyalty, labels."""

from datetime import timedelta

from odoo.fields import Command, Datetime

from .work_orders import WorkCase


class SoldWorkCase(WorkCase):
    # -- Quantities -------------------------------------------------------------------------------

    def quiet_quotation(self):
        return self.make_order("W-1")

    def quiet_reserved(self):
        return self.order_of_three("W-1")

    def quiet_service(self):
        return self.order_of(self.service())

    def work_delivered_by_hand(self):
        """A quantity that an importer, or another addon, has written."""
        order = self.order_of_three("W-1")
        order.order_line.qty_delivered = 2
        return order

    def work_invoiced_by_hand(self):
        order = self.order_of_three("W-1")
        order.order_line.qty_invoiced = 2
        return order

    def work_service_delivered(self):
        order = self.order_of(self.service())
        order.order_line.qty_delivered = 1
        return order

    # -- Money ------------------------------------------------------------------------------------

    def work_payment(self):
        order = self.order_of_three("W-1")
        provider = self.env["payment.provider"].create({"name": "Bank", "code": "none"})
        self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env["payment.method"]
                .create({"name": "Slip", "code": "test_slip"})
                .id,
                "reference": "W-1",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": order.ids,
                "state": "pending",
            }
        )
        return order

    def till(self):
        """An open session of a point of sale."""
        self.needs("pos_sale", "pos.session")
        config = self.env["pos.config"].create({"name": "Counter"})
        config.open_ui()
        return config.current_session_id

    def settle(self, order, quantity, draft=False, shipping_date=False):
        """Sell ``quantity`` of the line of ``order`` at a point of sale."""
        session = self.till()
        line = order.order_line
        amount = line.price_unit * quantity
        method = session.config_id.payment_method_ids[0]
        payment = {"amount": amount, "name": Datetime.now(), "payment_method_id": method.id}
        sold = {
            "discount": 0,
            "pack_lot_ids": [],
            "price_unit": line.price_unit,
            "product_id": line.product_id.id,
            "price_subtotal": amount,
            "price_subtotal_incl": amount,
            "sale_order_line_id": line.id,
            "sale_order_origin_id": order.id,
            "qty": quantity,
            "tax_ids": [],
        }
        data = {
            "amount_paid": 0 if draft else amount,
            "amount_return": 0,
            "amount_tax": 0,
            "amount_total": amount,
            "date_order": Datetime.to_string(Datetime.now()),
            "fiscal_position_id": False,
            "lines": [Command.create(sold)],
            "partner_id": order.partner_id.id,
            "payment_ids": [] if draft else [Command.create(payment)],
            "session_id": session.id,
            "shipping_date": shipping_date,
            "user_id": self.env.uid,
            "uuid": f"{order.name}-{quantity}-{draft}",
        }
        if draft:
            data["state"] = "draft"
        return self.env["pos.order"].sync_from_ui([data])

    def work_point_of_sale_settled(self):
        order = self.order_of_three("W-1")
        order.order_line.price_unit = 10
        self.settle(order, 3)
        return order

    def work_point_of_sale_partly_settled(self):
        order = self.order_of_three("W-1")
        order.order_line.price_unit = 10
        self.settle(order, 1)
        return order

    def work_point_of_sale_ships_later(self):
        order = self.order_of_three("W-1")
        order.order_line.price_unit = 10
        self.settle(order, 3, shipping_date=str(Datetime.now().date() + timedelta(days=3)))
        later = self.env["pos.order"].search([("lines.sale_order_origin_id", "=", order.id)])
        self.assertNotIn(later.picking_ids.state, ("done", "cancel"))
        return order

    def work_point_of_sale(self):
        order = self.order_of_three("W-1")
        order.order_line.price_unit = 10
        self.settle(order, 3, draft=True)
        return order

    # -- Loyalty ----------------------------------------------------------------------------------

    def program(self, kind, product=None):
        """A loyalty program as Odoo's own templates have it, for ``product`` alone if given."""
        self.needs("sale_loyalty", "sale.order.coupon.points")
        programs = self.env["loyalty.program"]
        values = dict(programs._get_template_values()[kind])
        program = programs.create(values)
        program.communication_plan_ids.unlink()
        if product:
            program.rule_ids.product_ids = product
            program.trigger_product_ids = product
        return program

    def gift_card_sold(self):
        """An order by which a gift card was sold, and the card."""
        product = self.service(lst_price=50)
        program = self.program("gift_card", product)
        order = self.order_of(product)
        card = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertEqual(card.points, order.amount_total)
        return order, card

    def points_earned(self, marketplace_order_id="W-1"):
        """An order that earned points, and the shopper's card."""
        self.needs("sale_loyalty", "sale.order.coupon.points")
        self.product.lst_price = 20
        program = self.env["loyalty.program"].search([("name", "=", "Test Points")])
        if not program:
            program = self.program("loyalty")
            program.name = "Test Points"
        order = self.order_of_three(marketplace_order_id)
        card = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertEqual(card, order.coupon_point_ids.coupon_id)
        self.assertGreater(card.points, 0)
        return order, card

    def quiet_gift_card(self):
        return self.gift_card_sold()[0]

    def quiet_points(self):
        return self.points_earned()[0]

    def quiet_points_of_before(self):
        """What was used was earned before this order."""
        self.points_earned("W-0")
        order, card = self.points_earned()
        card.points /= 2
        return order

    def quiet_discount(self):
        """A promotion: each order earns a point, and spends it at once on a tenth of its price."""
        program = self.program("promotion")  # which delivery turns into one of free shipping
        program.reward_ids = [Command.clear(), Command.create({"discount": 10})]
        self.product.lst_price = 100
        order = self.make_order("W-1", quantity=3)
        order._update_programs_and_rewards()
        order._apply_program_reward(program.reward_ids, order.coupon_point_ids.coupon_id)
        order.action_confirm()
        self.assertEqual(order.coupon_point_ids.coupon_id.points, 0)
        return order

    def redeem(self, card):
        """Have another order use what is on ``card``."""
        self.product.lst_price = 200
        later = self.make_order()
        later._try_apply_code(card.code)
        later._apply_program_reward(card.program_id.reward_ids, card)
        later.action_confirm()
        self.assertEqual(card.points, 0)

    def work_gift_card_spent(self):
        order, card = self.gift_card_sold()
        self.redeem(card)
        return order

    def work_points_used(self):
        order, card = self.points_earned()
        card.points -= 1
        return order

    def work_wallet_spent(self):
        product = self.service(lst_price=50)
        program = self.program("ewallet", product)
        order = self.order_of(product)
        card = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertEqual(card.points, order.amount_total)
        card.points -= 10
        return order

    def work_coupon_redeemed(self):
        program = self.program("next_order_coupons")
        self.product.lst_price = 200
        order = self.order_of_three("W-1")
        coupon = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        self.assertTrue(coupon.points)
        self.redeem(coupon)
        return order

    # -- Deliveries -------------------------------------------------------------------------------

    def work_label(self):
        order = self.order_of_three("W-1")
        if "carrier_tracking_ref" not in order.picking_ids._fields:
            self.skipTest("stock_delivery is not installed")
        order.picking_ids.carrier_tracking_ref = "1Z999"
        return order

    def work_printing(self):
        if "gelato_product_uid" not in self.product._fields:
            self.skipTest("sale_gelato is not installed")
        order = self.order_of(self.product)
        self.product.gelato_product_uid = "mug_11oz"  # now: confirming calls the service
        return order
