"""A try that got no answer may have been carried out, whatever is answered to later ones."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..helpers.migrations import MigrationCase
from ..helpers.outbound import CALL
from ..helpers.outbound_invoices import OddCase
from ..helpers.revived_orders import PERHAPS, RevivedCase

BUSY, FAILED, REFUSED = (429, {}, {}), (503, {}, {}), (400, {}, {})


@tagged("post_install", "-at_install")
class TestCancellations(RevivedCase):
    def tried(self, *answers, name="R-1"):
        """An order that was to be cancelled there, ``answers`` being those to one try each."""
        order = self.order_of_three(name)
        call = self.cancelled_here(order)
        for answer in answers:
            self.marketplace.answers.append(answer)
            self.make_due(call)
            self.send()
        self.marketplace.answers.clear()
        return order

    def test_no_answer_and_then_another_one(self):
        for number, answers in enumerate(
            [(None, BUSY), (FAILED, BUSY, BUSY), (None, (403, {}, {})), (None, REFUSED)]
        ):
            with self.subTest(answers=answers):
                order = self.tried(*answers, name=f"R-{number}")
                self.assertHeld(self.revive(order), PERHAPS % f"R-{number}")

    def test_it_was_sent_again_by_hand(self):
        order = self.tried(None, REFUSED)
        self.calls(order).action_send_again()
        self.calls(order).action_give_up("By phone.")
        self.assertHeld(self.revive(order), PERHAPS % "R-1")

    def test_marketplace_that_has_never_failed(self):
        self.assertFree(self.revive(self.tried(BUSY, (403, {}, {}))))

    def test_error_of_our_own_after_it_was_sent(self):
        def crash(*_args):
            raise ZeroDivisionError

        self.patch(type(self.env[CALL]), "_take", crash)
        with mute_logger("odoo.addons.marketplace_order_cancellation.models.outbox.sending"):
            order = self.tried((200, {}, {}))
        self.assertEqual(len(self.marketplace.received), 1)
        self.assertHeld(self.revive(order), PERHAPS % "R-1")


@tagged("post_install", "-at_install")
class TestDocuments(OddCase):
    def tried(self, *answers, credited=0):
        """An order of 4 whose invoice, less what is ``credited``, is tried once for each answer."""
        order = self.order_with({"product_uom_qty": 4})
        invoice = self.posted(order)
        if credited:
            self.credit(invoice, {invoice.invoice_line_ids: credited})
        self.refuse(order)
        for answer in answers:
            self.marketplace.answers.append(answer)
            self.make_due(self.calls(order))
            self.send()
        self.assertEqual(len(self.sent()), len(answers))
        return order

    def again(self, order):
        self.make_due(self.calls(order).filtered(lambda call: call.state == "pending"))
        self.send()

    def change(self, document, **values):
        document.button_draft()
        document.invoice_line_ids.write(values)
        document.action_post()

    def test_deducted_note_that_is_changed_before_the_answer(self):
        order = self.tried(None, credited=3)
        note = order.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.change(note, quantity=2)
        self.again(order)
        self.assertEqual(self.kinds(), [("Output", 10000)] * 2)
        self.assertIn("was changed", self.activities(order).summary)

    def test_deducted_note_that_is_posted_again_as_it_was(self):
        order = self.tried(None, credited=3)
        note = order.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        self.change(note)
        self.again(order)
        self.assertEqual(self.kinds(), [("Output", 10000)] * 2)
        self.assertFalse(self.activities(order))

    def test_deducted_note_that_is_no_more(self):
        order = self.tried(FAILED, credited=3)
        order.invoice_ids.filtered(lambda move: move.move_type == "out_refund").button_cancel()
        self.again(order)
        self.assertIn("was changed", self.activities(order).summary)

    def test_invoice_that_is_changed_before_the_answer(self):
        order = self.tried(FAILED)
        self.change(order.invoice_ids, price_unit=80)
        self.again(order)
        self.assertEqual(self.kinds(), [("Output", 40000)] * 2)
        self.assertIn("was changed", self.activities(order).summary)

    def test_invoice_that_is_changed_after_another_answer(self):
        order = self.tried(None, BUSY)
        self.change(order.invoice_ids, price_unit=80)
        self.again(order)
        self.assertEqual(self.kinds(), [("Output", 40000)] * 3)
        self.assertIn("was changed", self.activities(order).summary)

    def test_invoice_that_is_reset_before_the_answer(self):
        order = self.tried(None)
        order.invoice_ids.button_draft()
        self.again(order)
        self.assertIn("reset to draft", self.activities(order).summary)

    def test_invoice_that_is_deleted_before_the_answer(self):
        order = self.tried(None)
        invoice = order.invoice_ids
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.again(order)
        self.assertIn("reset to draft", self.activities(order).summary)

    def test_return_that_is_changed_before_the_answer(self):
        order = self.told()
        note = self.credit(order.invoice_ids)
        self.marketplace.answers.append(None)
        self.send()
        self.change(note, quantity=2)
        self.again(order)
        self.assertEqual(self.kinds(), [("Output", 40000), *[("Input", 40000)] * 2])
        self.assertIn("was changed", self.activities(order).summary)

    def test_note_that_is_told_after_it_is_no_change(self):
        order = self.tried(FAILED)
        invoice = order.invoice_ids
        self.credit(invoice, {invoice.invoice_line_ids: 1})
        self.again(order)
        self.send()
        self.assertEqual(self.kinds()[1:], [("Output", 40000), ("Input", 10000)])
        self.assertFalse(self.activities(order))

    def test_note_that_was_posted_while_nothing_was_sent(self):
        """No call of its own tells of it, and it was not deducted."""
        order = self.tried(None, BUSY)
        call = self.calls(order)
        call._expire()
        invoice = order.invoice_ids
        self.credit(invoice, {invoice.invoice_line_ids: 1})
        call.action_send_again()
        self.send()
        self.assertEqual(self.kinds()[-1], ("Output", 40000))
        self.assertIn("was changed", self.activities(order).summary)

    def test_what_a_marketplace_was_too_busy_for_is_made_anew(self):
        order = self.tried(BUSY)
        self.change(order.invoice_ids, price_unit=80)
        self.again(order)
        self.assertEqual(self.kinds(), [("Output", 40000), ("Output", 32000)])
        self.assertFalse(self.activities(order))

    def test_what_was_refused_at_last_is_made_anew(self):
        order = self.tried(None, REFUSED)
        self.change(order.invoice_ids, price_unit=80)
        self.calls(order).action_send_again()
        self.send()
        self.assertEqual(self.kinds()[2:], [("Output", 32000)])
        self.assertFalse(self.activities(order))


@tagged("post_install", "-at_install")
class TestMigration(MigrationCase):
    def make_call(self, name, **values):
        call = self.env[CALL].create(
            {
                "account_id": self.account.id,
                "kind": "cancel",
                "marketplace_order_id": name,
                **values,
            }
        )
        call.may_be_carried_out = False
        return call

    def test_what_is_known_of_the_last_try(self):
        tried = {"kind": "invoice", "attempts": 1, "answer_status": 429}
        cases = {
            "unanswered": {"is_unanswered": True},
            "failed": {"answer_status": 503, "state": "given_up"},
            "document that was tried": {**tried, "body": {"type": "Output"}},
            "taken": {"answer_status": 200, "state": "sent"},
            "refused": {"answer_status": 403, "state": "failed"},
            "busy": {"answer_status": 429},
            "never tried": {},
            "document that was composed never": tried,
        }
        calls = {name: self.make_call(name, **values) for name, values in cases.items()}
        self.run_script("19.0.1.8.0", "post-carried-out.py", former="19.0.1.7.0")
        found = [name for name, call in calls.items() if call.may_be_carried_out]
        self.assertEqual(found, ["unanswered", "failed", "document that was tried"])
