"""What other modules do for orders: each kind of work is one method, for tests of facts."""

from datetime import timedelta

from odoo.fields import Command, Datetime

from .warehouse import WarehouseCase

MAKE_TO_ORDER = "stock.route_warehouse0_mto"


class OtherModulesCase(WarehouseCase):
    """Each ``work_…`` method returns an order for which a module has done something, each
    ``quiet_…`` method one for which a module has something in store and nobody has begun.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "loyalty.program" in cls.env:  # those of the demo data give points for anything
            cls.env["loyalty.program"].search([]).active = False

    @classmethod
    def kinds(cls, prefix):
        """The names of all methods that begin with ``prefix``, without it."""
        return [name.removeprefix(prefix) for name in dir(cls) if name.startswith(prefix)]

    def order_by(self, method):
        """The order that ``method`` returns, read anew; or skip."""
        order = getattr(self, method)()
        self.env.flush_all()
        self.env.invalidate_all()
        return order

    def service(self, **values):
        return self.make_product("Course", type="service", is_storable=False, **values)

    def order_of(self, product, **line):
        """A confirmed order of one piece, or of ``line``."""
        values = {"product_id": product.id, "product_uom_qty": 1, **line}
        return self.make_order("W-1", confirm=True, order_line=[Command.create(values)])

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

    # -- Events -----------------------------------------------------------------------------------

    def event(self, begins):
        self.needs("event_sale", "event.registration")
        return self.env["event.event"].create(
            {
                "name": "Tea Tasting",
                "date_begin": Datetime.now() + timedelta(hours=begins),
                "date_end": Datetime.now() + timedelta(hours=begins + 2),
            }
        )

    def seat(self, begins=48):
        """An order of a seat at an event that begins in so many hours."""
        event = self.event(begins)
        product = self.service(service_tracking="event", lst_price=10)
        ticket = self.env["event.event.ticket"].create(
            {"name": "Seat", "event_id": event.id, "product_id": product.id}
        )
        order = self.order_of(product, event_id=event.id, event_ticket_id=ticket.id)
        self.assertEqual(len(order.order_line.registration_ids), 1)
        return order

    def quiet_seat(self):
        return self.seat()

    def work_attended(self):
        order = self.seat()
        order.order_line.registration_ids.action_set_done()
        return order

    def work_event_begun(self):
        return self.seat(begins=-1)

    def work_booth(self):
        self.needs("event_booth_sale", "event.booth.registration")
        product = self.service(service_tracking="event_booth")
        category = self.env["event.booth.category"].create(
            {"name": "Corner", "product_id": product.id}
        )
        event = self.event(48)
        booth = self.env["event.booth"].create(
            {"name": "A1", "booth_category_id": category.id, "event_id": event.id}
        )
        return self.order_of(
            product,
            event_id=event.id,
            event_booth_category_id=category.id,
            event_booth_pending_ids=[Command.set(booth.ids)],
        )

    # -- Projects ---------------------------------------------------------------------------------

    def tasked(self, **product):
        """An order for which there is a task in a project of its own."""
        self.needs("sale_project", "project.task")
        service = self.service(service_tracking="task_in_project", **product)
        order = self.order_of(service)
        self.assertTrue(order.order_line.task_id)
        return order

    def quiet_task(self):
        return self.tasked()

    def work_task_done(self):
        order = self.tasked()
        order.order_line.task_id.state = "1_done"
        return order

    def work_task_begun(self):
        order = self.tasked()
        task = order.order_line.task_id
        stages = self.env["project.task.type"].create(
            [
                {"name": name, "sequence": at, "project_ids": [Command.link(task.project_id.id)]}
                for at, name in ((900, "New"), (901, "Doing"))
            ]
        )
        task.stage_id = stages[1]
        return order

    def log_time(self, task):
        self.needs("sale_timesheet", "hr.employee")
        employee = self.env["hr.employee"].create({"name": "Somebody"})
        return self.env["account.analytic.line"].create(
            {
                "name": "Brewed",
                "unit_amount": 1,
                "employee_id": employee.id,
                "project_id": task.project_id.id,
                "task_id": task.id,
            }
        )

    def work_time(self):
        """Of a service with a fixed price, no time shows in a delivered quantity."""
        order = self.tasked(service_policy="delivered_manual")
        self.log_time(order.order_line.task_id)
        self.assertFalse(order.order_line.qty_delivered)
        return order

    def work_time_not_billed(self):
        order = self.tasked()
        spent = self.log_time(order.order_line.task_id)
        spent.so_line = False
        return order

    def work_time_billed(self):
        order = self.tasked(service_policy="delivered_timesheet")
        self.log_time(order.order_line.task_id)
        self.assertEqual(order.order_line.qty_delivered, 1)
        return order

    def work_milestone(self):
        self.needs("sale_project", "project.milestone")
        service = self.service(service_tracking="task_in_project", service_type="milestones")
        order = self.order_of(service)
        self.env["project.milestone"].create(
            {
                "name": "Half-way",
                "project_id": order.order_line.project_id.id,
                "sale_line_id": order.order_line.id,
                "is_reached": True,
            }
        )
        return order

    def work_expense(self):
        self.needs("sale_expense", "hr.expense")
        order = self.order_of(self.service())
        employee = self.env["hr.employee"].create({"name": "Somebody"})
        travel = self.service(can_be_expensed=True, expense_policy="cost", standard_price=0)
        self.env["hr.expense"].create(
            {
                "name": "Travel",
                "employee_id": employee.id,
                "product_id": travel.id,
                "total_amount_currency": 10,
                "sale_order_id": order.id,
            }
        )
        return order

    # -- Workshops --------------------------------------------------------------------------------

    def repaired(self):
        self.needs("repair", "repair.order")
        order = self.order_of(self.service(service_tracking="repair"))
        self.assertEqual(order.repair_order_ids.state, "confirmed")
        return order

    def quiet_repair(self):
        return self.repaired()

    def work_repair_begun(self):
        order = self.repaired()
        order.repair_order_ids.action_repair_start()
        return order

    def work_repair_done(self):
        order = self.repaired()
        order.repair_order_ids.action_repair_start()
        order.repair_order_ids.action_repair_end()
        self.assertEqual(order.repair_order_ids.state, "done")
        return order

    def made(self):
        """An order of what is made for it of a component that is made for it as well."""
        self.needs("sale_mrp", "mrp.production")
        routes = self.env.ref(MAKE_TO_ORDER) | self.env.ref("mrp.route_warehouse0_manufacture")
        routes.active = True
        set_, lid = (self.make_product(name, route_ids=routes.ids) for name in ("Set", "Lid"))
        for product, component in ((set_, lid), (lid, self.product)):
            self.env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "bom_line_ids": [Command.create({"product_id": component.id})],
                }
            )
        order = self.order_of(set_)
        productions = self.env["mrp.production"].search([("product_id", "in", (set_ | lid).ids)])
        self.assertEqual(len(productions), 2)
        return order, productions.filtered(lambda made: made.product_id == lid)

    def bought(self, state):
        """An order for which goods were bought, with the purchase order in ``state``."""
        self.needs("sale_purchase_stock", "purchase.order")
        buy, to_order = (
            self.env.ref(name) for name in ("purchase_stock.route_warehouse0_buy", MAKE_TO_ORDER)
        )
        to_order.active = True
        seller = Command.create({"partner_id": self.partner.id})
        kettle = self.make_product("Kettle", route_ids=(buy | to_order).ids, seller_ids=[seller])
        order = self.order_of(kettle)
        purchase = self.env["purchase.order"].search([("product_id", "=", kettle.id)])
        if state == "to approve":
            self.company.po_double_validation = "two_step"
            self.company.po_double_validation_amount = 0
            purchase = purchase.with_user(self.env.ref("base.user_demo"))
            purchase.env.user.group_ids |= self.env.ref("purchase.group_purchase_user")
        if state == "sent":
            purchase.state = "sent"
        else:
            purchase.button_confirm()
        self.assertEqual(purchase.state, state)
        return order

    def work_purchase_to_approve(self):
        return self.bought("to approve")

    def work_component_bought(self):
        """What is made for the order needs a component that is bought for it."""
        self.needs("sale_mrp", "mrp.production")
        self.needs("sale_purchase_stock", "purchase.order")
        routes = {
            name: self.env.ref(name)
            for name in (
                MAKE_TO_ORDER,
                "mrp.route_warehouse0_manufacture",
                "purchase_stock.route_warehouse0_buy",
            )
        }
        to_order, make, buy = routes.values()
        to_order.active = True
        seller = Command.create({"partner_id": self.partner.id})
        lid = self.make_product("Lid", route_ids=(buy | to_order).ids, seller_ids=[seller])
        pot = self.make_product("Pot", route_ids=(make | to_order).ids)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": pot.product_tmpl_id.id,
                "bom_line_ids": [Command.create({"product_id": lid.id})],
            }
        )
        order = self.order_of(pot)
        purchase = self.env["purchase.order"].search([("product_id", "=", lid.id)])
        purchase.button_confirm()
        self.assertEqual(purchase.state, "purchase")
        return order

    def work_part_made(self):
        """A component was made for it, while nobody has begun with the product itself."""
        order, part = self.made()
        part.action_confirm()
        part.qty_producing = 1
        part.move_raw_ids.picked = True
        part.button_mark_done()
        self.assertEqual(part.state, "done")
        return order

    def work_part_used_up(self):
        order, part = self.made()
        part.action_confirm()
        raw = part.move_raw_ids
        raw.quantity = 1
        raw.picked = True
        return order
