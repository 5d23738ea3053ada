"""What modules of events, projects and workshops do for orders."""

from datetime import timedelta

from odoo.fields import Command, Datetime

from .work_orders import WorkCase

MAKE_TO_ORDER = "stock.route_warehouse0_mto"


class ServedWorkCase(WorkCase):
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

    # -- What the customer is from now on ---------------------------------------------------------

    def work_course(self):
        self.needs("website_sale_slides", "slide.channel.partner")
        product = self.service(service_tracking="course")
        course = self.env["slide.channel"].create(
            {"name": "Tea", "enroll": "payment", "product_id": product.id}
        )
        order = self.order_of(product)
        self.assertIn(order.partner_id, course.partner_ids)
        return order

    def work_partnership(self):
        self.needs("partnership", "res.partner.grade")
        grade = self.env["res.partner.grade"].create({"name": "Gold"})
        order = self.order_of(self.service(service_tracking="partnership", grade_id=grade.id))
        self.assertEqual(order.partner_id.commercial_partner_id.grade_id, grade)
        return order

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
