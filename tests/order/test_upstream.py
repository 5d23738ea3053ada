"""What was made or begun for a cancelled order is stopped, or somebody is asked."""

from odoo.tests import new_test_user, tagged

from ..helpers.upstream import UpstreamCase

BEGUN = ("progress", "to_close")


@tagged("post_install", "-at_install")
class TestWhatIsMade(UpstreamCase):
    def setUp(self):
        super().setUp()
        self.order, self.part = self.made()
        self.whole = self.part.move_finished_ids.move_dest_ids.raw_material_production_id
        self.assertEqual(len(self.whole), 1)

    def test_nothing_has_begun(self):
        self.cancel_asking_nobody(self.order)
        self.assertStopped(self.whole, "cancel")
        self.assertStopped(self.part, "cancel")
        self.assertEqual(self.on_hand(), (100, 0))

    def test_begun(self):
        self.whole.user_id = new_test_user(self.env, "mia", "mrp.group_mrp_user", name="Mia")
        self.whole.qty_producing = 1
        self.assertIn(self.whole.state, BEGUN)
        self.cancel(self.order)
        self.assertIn(self.whole.state, BEGUN)
        self.assertAsked(self.whole, self.whole.user_id)
        self.assertEqual(self.part.state, "confirmed")  # what has begun may need it
        self.assertTrue(self.part.activity_ids)

    def test_part_has_begun(self):
        self.part.qty_producing = 1
        self.cancel(self.order)
        self.assertStopped(self.whole, "cancel")
        self.assertIn(self.part.state, BEGUN)
        self.assertTrue(self.part.activity_ids)

    def test_more_is_made_than_the_order_needs(self):
        self.env["change.production.qty"].create(
            {"mo_id": self.whole.id, "product_qty": 5}
        ).change_prod_qty()
        self.cancel_asking_nobody(self.order)
        self.assertEqual(self.whole.state, "confirmed")
        self.assertTrue(self.whole.activity_ids)


@tagged("post_install", "-at_install")
class TestComponentsAreBrought(UpstreamCase):
    """Components are brought to the place of production by a transfer of their own."""

    def setUp(self):
        super().setUp()
        self.warehouse.manufacture_steps = "pbm"
        self.order, self.part = self.made()
        self.brought = self.part.move_raw_ids.move_orig_ids
        self.assertEqual(self.brought.picking_type_id.code, "internal")

    def test_not_yet(self):
        self.cancel_asking_nobody(self.order)
        self.assertStopped(self.part, "cancel")

    def test_already(self):
        self.brought.picking_id.action_assign()
        self.ship(self.brought.picking_id)
        self.cancel(self.order)
        self.assertEqual(self.part.state, "confirmed")
        self.assertTrue(self.part.activity_ids)


@tagged("post_install", "-at_install")
class TestOtherWork(UpstreamCase):
    def test_task_that_nobody_has_begun(self):
        order = self.tasked()
        self.cancel_asking_nobody(order)
        self.assertStopped(order.order_line.task_id, "1_canceled")

    def test_task_that_was_begun(self):
        order = self.work_task_begun()
        task = order.order_line.task_id
        task.user_ids = self.ida
        state = task.state
        self.cancel(order)
        self.assertEqual(task.state, state)
        self.assertAsked(task, self.ida)

    def test_task_on_which_time_was_logged(self):
        order = self.work_time()
        task = order.order_line.task_id
        task.user_ids = task.project_id.user_id = False
        self.cancel(order)
        self.assertNotEqual(task.state, "1_canceled")
        self.assertAsked(task, self.olga)

    def test_task_that_is_done(self):
        order = self.work_task_done()
        self.cancel(order)
        self.assertEqual(order.order_line.task_id.state, "1_done")

    def test_repair(self):
        order = self.repaired()
        self.cancel_asking_nobody(order)
        self.assertStopped(order.repair_order_ids, "cancel")

    def test_repair_that_was_begun(self):
        order = self.work_repair_begun()
        order.repair_order_ids.user_id = self.ida
        self.cancel(order)
        self.assertAsked(order.repair_order_ids, self.ida)

    def test_seat(self):
        order = self.seat()
        self.cancel_asking_nobody(order)
        self.assertEqual(order.order_line.registration_ids.state, "cancel")

    def test_seat_that_was_attended(self):
        order = self.work_attended()
        self.cancel(order)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.order_line.registration_ids.state, "done")

    def test_booth(self):
        order = self.work_booth()
        booth = order.order_line.event_booth_ids
        booth.event_id.user_id = self.ida
        self.cancel(order)
        self.assertAsked(booth, self.ida)
