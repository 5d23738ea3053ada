"""A transfer on hold that somebody cancels: who decides reads it, and what to do about it."""

from lxml import etree

from odoo.tests import Form, tagged

from ..helpers.notices import NoticeCase


@tagged("post_install", "-at_install")
class TestCancelledByHand(NoticeCase):
    def cancelled_by_hand(self, order_id, **shipped):
        """An order on hold whose open transfer the warehouse cancels: it, and the request."""
        if shipped:
            order = self.order_of_three(order_id)
            self.ship(order.picking_ids, **shipped)
            receipt = self.ask(order)
        else:
            order, receipt = self.asked(order_id)
        self.env.cr.flush()  # as a commit does: tracked changes are logged then
        picking = self.open_pickings(order).with_user(self.walter)
        picking.action_cancel()
        self.env.cr.flush()
        self.assertEqual((picking.state, receipt.state), ("cancel", "evaluating"))
        return picking, receipt

    def told(self, picking, quantity=3):
        goods = f"{quantity} × {self.product.display_name}"
        return (
            f"{picking.name} was cancelled by Walter. No transfer is left for {goods}: to ship "
            "that after all, duplicate the cancelled one."
        )

    def dialog(self, receipt, decision):
        context = {"default_receipt_id": receipt.id, "default_decision": decision}
        return Form(self.env["marketplace.decision"].with_context(**context))

    def test_worker_is_asked_first(self):
        order, _receipt = self.asked("BY-HAND-1")
        arch = order.picking_ids.with_user(self.walter).get_view(None, "form")["arch"]
        usual, on_hold = etree.fromstring(arch).findall(".//button[@name='action_cancel']")
        kinds = "marketplace_notice_kind in ['hold', 'part_hold', 'part_hold_all']"
        self.assertIn(kinds, usual.get("invisible"))
        self.assertIn(f"not ({kinds})", on_hold.get("invisible"))
        self.assertIn("not settled", on_hold.get("confirm"))

    def test_receipt_and_dialog_say_so(self):
        picking, receipt = self.cancelled_by_hand("BY-HAND-2", quantity=1)
        self.assertEqual(receipt.cancelled_by_hand, self.told(picking, 2))
        self.assertIn(f"{picking.name} (Cancelled)", receipt.order_transfers)
        for decision in ("refuse", "keep"):
            dialog = self.dialog(receipt, decision)
            self.assertEqual(dialog.cancelled_by_hand, self.told(picking, 2))

    def test_transfer_says_who_cancelled_it_and_that_nobody_has_decided(self):
        picking, receipt = self.cancelled_by_hand("BY-HAND-7")
        by_whom = f"{picking.name} was cancelled by Walter. "
        asked = "Test Market asks to cancel this order: wait for the decision."
        self.assertTells(picking, "undecided", by_whom + asked, "Reason: “Wrong size”.")
        self.assertFalse(picking.marketplace_hold)
        arch = etree.fromstring(picking.get_view(None, "form")["arch"])
        (alert,) = arch.xpath("//div[@role='alert'][contains(@invisible, 'undecided')]")
        self.assertIn("alert-warning", alert.get("class"))
        self.assertTrue(alert.xpath("field[@name='marketplace_notice']"))
        self.rewrite(receipt, state="failed")
        self.env.invalidate_all()
        self.assertTells(picking, "undecided", by_whom, "could not be cancelled here yet")
        receipt.action_refuse("It leaves today.")
        self.env.invalidate_all()
        self.assertFalse(picking.marketplace_notice_kind)

    def test_what_its_marketplace_cancelled_before_does_not(self):
        order = self.cancelled("BY-HAND-8", cancellationRequestId="first")
        cancelled = order.picking_ids
        order.action_draft()
        order.action_confirm()
        again = self.ask(order, cancellationRequestId="second")
        self.assertEqual(again.state, "evaluating")
        self.assertTells(cancelled, "cancelled", "Test Market")
        self.assertEqual(self.open_pickings(order).marketplace_notice_kind, "hold")

    def test_question_before_it_is_accepted_is_true_though_nothing_is_open(self):
        _picking, receipt = self.cancelled_by_hand("BY-HAND-9")
        follows = "the order is cancelled, with any open transfers"
        self.assertIn(follows, receipt.accept_text)
        arch = etree.fromstring(receipt.get_view(None, "form")["arch"])
        (whole,) = arch.xpath("//button[@name='action_accept'][contains(@confirm, 'order is')]")
        self.assertIn("with any open transfers", whole.get("confirm"))
        (again,) = arch.xpath("//button[@name='action_process_again'][contains(@help, 'Cancel')]")
        self.assertIn("with any open transfers", again.get("help"))
        self.assertIn("with any open", receipt.action_accept_selected()["params"]["follows"][0])

    def test_order_says_so_until_there_is_a_transfer_again(self):
        for number, act in enumerate(("action_refuse", "action_keep")):
            picking, receipt = self.cancelled_by_hand(f"BY-HAND-3-{number}")
            order = receipt.sale_order_id.with_user(self.dora)
            getattr(receipt, act)("We send another one.")
            self.assertEqual(order.cancelled_by_hand, self.told(picking))
            again = picking.copy()
            again.action_confirm()
            self.env.invalidate_all()
            self.assertFalse(order.cancelled_by_hand)
            self.ship(again.sudo())
            self.assertEqual(order.order_line.qty_delivered, 3)

    def test_nothing_is_said_of_what_is_to_leave_or_was_accepted(self):
        order, receipt = self.asked("BY-HAND-4")
        order.picking_ids.copy().action_cancel()
        self.assertFalse(receipt.cancelled_by_hand)
        receipt.action_accept()
        self.env.invalidate_all()
        self.assertFalse(receipt.cancelled_by_hand)

    def test_many_are_refused_with_a_word_on_it(self):
        _picking, receipt = self.cancelled_by_hand("BY-HAND-5")
        _order, other = self.asked("BY-HAND-6")
        lines = (receipt | other).action_refuse_selected()["params"]["follows"]
        self.assertIn(f"duplicate it: 1 ({receipt.sale_order_id.name})", lines[-1])
        self.assertEqual(len(other.action_refuse_selected()["params"]["follows"]), 1)
