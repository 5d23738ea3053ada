"""What orders, transfers and slips tell of a change, and who finds them."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..helpers.changes import ChangeCase

NOTICE = ("marketplace_notice_kind", "marketplace_notice", "marketplace_notice_details")


class ChangeNoticeCase(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.walter = new_test_user(cls.env, "walter", "stock.group_stock_user", name="Walter")

    def asked(self, order_id, **values):
        """An order a part of which waits for a decision, and the change's receipt."""
        self.account.on_picking = "ask"
        order = self.order_of_both(order_id, **values)
        order.order_line.move_ids.picked = True
        self.ask_change(order_id, remove=self.items(POT=1))
        return order, self.change_of(order_id)

    def changed(self, order_id, **items):
        """An order of which a part was taken out, and the change's receipt."""
        order = self.order_of_both(order_id)
        self.ask_change(order_id, remove=self.items(**(items or {"POT": 1})))
        self.confirm_change(order_id)
        return order, self.change_of(order_id)

    def assertTells(self, document, kind, *texts):
        document.invalidate_recordset()
        self.assertEqual(document.marketplace_notice_kind, kind)
        told = f"{document.marketplace_notice} {document.marketplace_notice_details}"
        for text in texts:
            self.assertIn(text, told)

    def line(self, order, product):
        return order.order_line.filtered(lambda line: line.product_id == product)


@tagged("post_install", "-at_install")
class TestChangeNotices(ChangeNoticeCase):
    def test_while_it_is_open_the_documents_say_which_goods_stay(self):
        order, receipt = self.asked("TELL-1")
        receipt.decide_before = "2026-03-01 10:00:00"
        walters = order.picking_ids.with_user(self.walter)
        for document, due in ((order, "To be decided before"), (walters, " decides on it before")):
            self.assertTells(
                document,
                "part_hold",
                "Partly on hold: do not ship [POT] Teapot for now. The rest may go.",
                "Test Market takes 1 × [POT] Teapot out of this order.",
                "Requested on ",
                "Reason: “Not wanted”.",
                "Picking has begun.",
                f"{due} 3/1/26",
            )
            self.assertTrue(document.marketplace_hold)

    def test_it_says_how_far_the_change_has_got(self):
        order, receipt = self.asked("TELL-2")
        receipt.action_accept()
        self.assertTells(order, "part_hold", "Accepted by ", "asks for the confirmation")
        receipt._set_part_failed("Out of luck.")
        self.assertTells(order.picking_ids, "part_hold", "Somebody has to look into it")

    def test_everything_waits_as_long_as_the_lines_are_not_known(self):
        self.ask_change("TELL-3", remove=self.items(POT=1))
        order = self.order_of_both("TELL-3")
        for document in (order, order.picking_ids):
            self.assertTells(document, "part_hold_all", "ship nothing of it")

    def test_backorder_of_nothing_else_is_on_hold_and_not_in_part(self):
        order, _receipt = self.asked("TELL-21")
        picking = order.picking_ids
        for move in picking.move_ids:
            move.write({"quantity": 2 * (move.product_id != self.product), "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        rest = picking.backorder_ids
        self.assertEqual(rest.move_ids.product_id, self.product)
        self.assertTells(rest, "part_hold_all", "ship nothing of it")
        self.assertTrue(rest.marketplace_hold)
        self.assertEqual(rest._notice_in_large_letters(), "ON HOLD: DO NOT SHIP")
        self.assertTells(order, "part_hold", "The rest may go.")

    def test_afterwards_they_say_what_was_taken_out_by_whom_and_why(self):
        order, receipt = self.changed("TELL-4")
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        for document in (order, order.picking_ids.with_user(self.walter)):
            self.assertTells(
                document,
                "part",
                "Taken out by Test Market on ",
                ": 1 × [POT] Teapot.",
                "Reason: “Not wanted”.",
            )
            self.assertFalse(document.marketplace_hold)
        self.ship(order.picking_ids)
        order.picking_ids.invalidate_recordset()
        self.assertFalse(order.picking_ids.marketplace_notice_kind)

    def test_two_changes_are_told_of_the_newest_first(self):
        order, _first = self.changed("TELL-5")
        self.ask_change("TELL-5", "Confirmation", "C-2", remove=self.items(CUP=1))
        self.run_cron("cron_settle_changes")
        self.assertTells(order, "part", "1 × [POT] Teapot.", "1 × [CUP] Cup.")
        self.assertIn("Cup", order.marketplace_notice)

    def test_refused_change_is_told_as_a_refusal(self):
        order, receipt = self.asked("TELL-6")
        receipt.action_refuse("It is packed.")
        texts = "was refused: 1 × [POT] Teapot", "Because: “It is packed”."
        self.assertTells(order, "part_refused", *texts)
        self.assertTells(order.picking_ids, "part_refused")

    def test_what_is_kept_is_told_as_kept(self):
        order, receipt = self.asked("TELL-18")
        receipt.cancelled_there = True
        receipt.action_keep("Paid to us.")
        self.assertTells(order, "part_kept", "Items kept by ", "Because: “Paid to us”.")

    def test_what_comes_back_says_that_a_part_was_taken_out(self):
        """The order goes on: no transfer may say that it was cancelled."""
        order = self.order_of_both("TELL-19")
        self.ship(order.picking_ids)
        self.ask_change("TELL-19", remove=self.items(POT=1))
        self.confirm_change("TELL-19")
        receipt = self.change_of("TELL-19")
        receipt.action_accept()
        back = receipt.return_picking_ids
        self.assertTells(back, "part", ": 1 × [POT] Teapot. This brings goods back.")
        self.assertNotIn("cancelled", back.marketplace_notice)

    def test_what_is_told_of_the_whole_order_counts_for_more(self):
        order, _receipt = self.asked("TELL-7")
        self.ask(order)
        self.assertTells(order, "hold", "asks to cancel this order")
        self.assertTells(order.picking_ids, "hold")

    def test_open_change_counts_for_more_than_a_refusal_of_before(self):
        self.account.on_picking = "ask"
        order = self.order_of_both("TELL-8")
        order.order_line.move_ids.picked = True
        self.ask(order).action_refuse("It leaves today.")
        self.assertTells(order, "refused")
        self.ask_change("TELL-8", remove=self.items(POT=1))
        self.assertTells(order, "part_hold", "Teapot")

    def test_cancelled_order_says_what_was_taken_out_before(self):
        order, _receipt = self.changed("TELL-9")
        self.request_cancellation("TELL-9")
        self.assertTells(order, "cancelled", "Test Market has cancelled", "1 × [POT] Teapot")

    def test_order_of_which_nothing_was_left_says_why(self):
        order, receipt = self.changed("TELL-16", POT=3, CUP=2)
        self.assertTrue(receipt.is_whole_after_all)
        self.assertTells(order, "cancelled", "Test Market has cancelled", "3 × ", "“Not wanted”")

    def test_lines_and_moves_are_marked(self):
        order, receipt = self.asked("TELL-10")
        pot, cup = (self.line(order, product) for product in (self.product, self.cup))
        for marked in (pot, pot.move_ids.with_user(self.walter)):
            self.assertEqual((marked.is_held_by_change, marked.change_text), (True, "On Hold"))
        for other in (cup, cup.move_ids):
            self.assertEqual((other.is_held_by_change, other.change_text), (False, False))
        self.confirm_change("TELL-10")
        receipt.action_accept()
        pot.invalidate_recordset()
        self.assertEqual((pot.is_held_by_change, pot.change_text), (False, "1 taken out"))

    def test_partly_held_documents_are_found(self):
        order, receipt = self.asked("TELL-11")
        free = self.order_of_both("TELL-12")
        for documents, model in (
            (order | free, "sale.order"),
            ((order | free).picking_ids, "stock.picking"),
        ):
            for is_held in (True, False):
                found = self.env[model].search(
                    [
                        ("marketplace_hold", "!=" if is_held else "=", False),
                        ("id", "in", documents.ids),
                    ]
                )
                held = order if model == "sale.order" else order.picking_ids
                self.assertEqual(found, held if is_held else documents - held)
        kind = order.picking_ids.picking_type_id
        before = kind.count_picking_marketplace_hold
        receipt.action_refuse("It is packed.")
        kind.invalidate_recordset()
        self.assertEqual(kind.count_picking_marketplace_hold, before - 1)

    def test_documents_that_are_being_made_tell_nothing(self):
        for model in ("sale.order", "stock.picking"):
            self.assertFalse(self.env[model].new({}).marketplace_notice_kind)
        for model in ("sale.order.line", "stock.move"):
            self.assertFalse(self.env[model].new({}).change_text)

    def test_transfer_of_two_orders_names_what_stays_of_either(self):
        order, _receipt = self.asked("TELL-17")
        free = self.order_of_both("TELL-18")
        free.picking_ids.move_ids.picking_id = picking = order.picking_ids
        self.assertTells(picking, "part_hold", "do not ship [POT] Teapot")
        held = picking.move_ids.filtered("is_held_by_change")
        self.assertEqual(held.sale_line_id.order_id, order)

    def test_only_who_may_decide_is_asked_to(self):
        order, receipt = self.asked("TELL-13")
        seller = new_test_user(self.env, "notice-seller", "sales_team.group_sale_salesman")
        self.assertTrue(order.is_change_to_decide)
        self.assertFalse(order.with_user(seller).sudo().is_change_to_decide)
        self.assertEqual(order.action_view_changes()["res_id"], receipt.id)
        self.assertEqual(order.picking_ids.action_view_changes()["res_id"], receipt.id)

    def test_who_may_not_decide_reads_who_does(self):
        order, receipt = self.asked("TELL-19")
        receipt.decide_before = "2026-03-01 10:00:00"
        name = self.account.decider_id.name
        worker = new_test_user(self.env, "notice-worker", "stock.group_stock_user")
        self.env.invalidate_all()
        picking = order.picking_ids.with_user(worker)
        text = f"{name} decides on it before 3/1/26"
        self.assertIn(text, picking.marketplace_notice_details)
        self.assertNotIn("To be decided", picking.marketplace_notice_details)
        with self.assertRaisesRegex(UserError, text):
            picking.button_validate()
        self.assertIn(text, receipt.with_user(worker).decider_text)
        self.assertIn("To be decided before 3/1/26", order.marketplace_notice_details)
        self.assertFalse(receipt.decider_text)

    def test_every_step_of_a_chain_says_so(self):
        order = self.order_of_both("TELL-14", steps="pick_pack_ship")
        self.ask_change("TELL-14", remove=self.items(POT=1))
        self.assertTells(order.picking_ids[:1], "part_hold", "do not ship [POT] Teapot")
        self.assertTrue(self.line(order, self.product).move_ids.is_held_by_change)

    def test_error_says_what_to_do_and_that_works(self):
        order = self.order_of_both("TELL-15")
        self.ask_change("TELL-15", remove=self.items(POT=1))
        picking = order.picking_ids
        with self.assertRaisesRegex(UserError, "set the quantity of these items to 0"):
            picking.button_validate()
        self.line(order, self.product).move_ids.quantity = 0
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.line(order, self.cup).qty_delivered, 2)
        self.assertEqual(self.line(order, self.product).qty_delivered, 0)
        self.assertEqual(len(self.open_pickings(order)), 1)


@tagged("post_install", "-at_install")
class TestChangeOnPaper(ChangeNoticeCase):
    def letters(self, order, for_customer=False):
        order.picking_ids.invalidate_recordset()
        return order.picking_ids.with_user(self.walter)._notice_in_large_letters(for_customer)

    def test_slip_says_which_goods_must_stay(self):
        order, receipt = self.asked("SLIP-1")
        self.assertEqual(self.letters(order), "DO NOT SHIP: [POT] Teapot")
        receipt.action_refuse("It is packed.")
        self.assertFalse(self.letters(order))

    def test_slip_of_what_stays_as_a_whole_says_so(self):
        order = self.order_of_both("SLIP-2")
        self.ask_change("SLIP-2", remove=self.items(POT=1, CUP=1))
        self.assertEqual(self.letters(order), "ON HOLD: DO NOT SHIP")

    def test_slip_says_what_has_changed_but_not_to_the_customer(self):
        order, _receipt = self.changed("SLIP-3")
        self.assertEqual(self.letters(order), "CHANGED")
        self.assertFalse(self.letters(order, for_customer=True))

    def test_somebody_is_sent_for_the_rest(self):
        order, _receipt = self.asked("SLIP-4")
        action = order.picking_ids.with_user(self.walter).do_print_picking()
        self.assertEqual(action["report_name"], "stock.report_picking")
        self.assertTrue(order.picking_ids.printed)


@tagged("post_install", "-at_install")
class TestListsOfChanges(ChangeNoticeCase):
    """A list of many documents that tell of changes takes as many queries as one of few."""

    def some_of_each(self, prefix):
        asked, _receipt = self.asked(f"{prefix}-1")
        changed, _receipt = self.changed(f"{prefix}-2")
        lowered = self.order_of_both(f"{prefix}-3")
        lowered._note_seller_part({self.line(lowered, self.product): 1}, "Cracked.")
        return asked | changed | lowered

    def queries(self, documents):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        kinds = {own["marketplace_notice_kind"] for own in documents.read(NOTICE, load="")}
        self.assertEqual(kinds, {"part", "part_hold"})
        return self.env.cr.sql_log_count - before

    def test_orders_and_transfers(self):
        few = self.some_of_each("FEW")
        many = few.union(*(self.some_of_each(f"MANY-{number}") for number in range(4)))
        for user in (self.env.user, self.walter):
            for documents in ((few, many), (few.picking_ids, many.picking_ids)):
                with self.subTest(user.name, of=documents[0]._name):
                    small, large = (some.browse(some.ids).with_user(user) for some in documents)
                    self.queries(large)  # warms up
                    self.assertEqual(self.queries(large), self.queries(small))
