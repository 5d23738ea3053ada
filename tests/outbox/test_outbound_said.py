"""What the marketplace answered stands before what we make of it, and goes when it has to."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ...tools.outbound.texts import text_of_status
from ..helpers.outbound import TOKEN, OutboundCase

INVOICED = "The order was invoiced already."


@tagged("post_install", "-at_install")
class TestSaid(OutboundCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("O-1")
        self.call = self.cancelled_here(self.order)

    def answered(self, status, document):
        self.marketplace.answers.append((status, document, {}))
        self.make_due(self.call)
        self.send()
        return self.call

    def note(self):
        return html2plaintext(self.call.activity_ids.note)

    def test_it_is_the_first_sentence_of_the_error_and_of_the_activity(self):
        document = {"error": {"code": "OMS007", "message": INVOICED, "exception": None}}
        call = self.answered(400, document)
        ours = text_of_status(self.env, 400, "O-1")
        self.assertEqual(call.error, f"“{INVOICED}” — {ours}")
        self.assertEqual(self.note(), call.error)

    def test_it_is_so_for_what_is_tried_again(self):
        call = self.answered(503, {"message": "Maintenance until noon"})
        self.assertEqual(call.state, "pending")
        self.assertTrue(call.error.startswith("“Maintenance until noon” — "))

    def test_without_a_message_there_is_our_explanation_alone(self):
        for document in ({}, b"<html><body>Bad Gateway</body></html>", b"\xff\0"):
            call = self.answered(400, document)
            self.assertEqual(call.error, text_of_status(self.env, 400, "O-1"))
            call.action_send_again()

    def test_it_is_harmless(self):
        self.answered(400, {"message": f"<b>a</b>\n\u202eb {TOKEN} " + "x" * 1000})
        self.assertTrue(self.call.error.startswith("“a b … x"))
        self.assertNotIn("\n", self.call.error)
        self.assertLess(len(self.call.error), 500)
        self.assertNotIn(TOKEN, self.note())

    def test_it_is_in_no_log(self):
        with self.assertLogs(level="DEBUG") as logs:
            self.answered(400, {"message": "Jane Doe of 5 High Street"})
        self.assertNotIn("Jane", "".join(logs.output))

    def kept(self):
        """All that is kept of what was said, as one text."""
        activities = self.env["mail.activity"].with_context(active_test=False)
        activities = activities.search([("res_model", "=", self.call._name)])
        texts = [self.call.error, self.call.answer_body, *activities.mapped("note")]
        return " ".join(map(str, [*texts, *self.call.message_ids.mapped("body")]))

    def test_it_goes_with_the_receipts_of_its_time(self):
        self.answered(400, {"message": "Jane Doe & son of 5 High Street"})
        self.call.activity_ids.action_feedback("Seen.")
        self.call.action_send_again()
        self.answered(400, {"message": "Jane Doe & son again"})
        self.assertIn("Jane Doe", self.kept())
        self.call.last_attempt_at = fields.Datetime.now() - timedelta(days=31)
        self.account.retention_days = 30
        self.run_cron("cron_delete_expired")
        self.assertNotIn("Jane", self.kept())
        self.assertEqual(self.call.error, text_of_status(self.env, 400, "O-1"))
        self.assertEqual(self.note(), self.call.error)


@tagged("post_install", "-at_install")
class TestErased(OutboundCase):
    def test_it_is_erased_with_the_request(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("O-1", cancellationRequestId="r-1")
        self.marketplace.answers.append((400, {"message": "Jane Doe has moved"}, {}))
        self.send()
        call = self.calls(order)
        self.assertIn("Jane", call.error)
        receipt.action_erase()
        self.assertFalse(call.answer_body)
        self.assertEqual(call.error, text_of_status(self.env, 400, "O-1"))
        self.assertNotIn("Jane", call.activity_ids.note)
