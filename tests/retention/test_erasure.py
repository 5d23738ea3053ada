"""Personal texts are erased wherever the addon wrote them, and the log verifies."""

# pylint: disable=translation-required

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from ..helpers.outbound import OutboundCase
from ..helpers.questions import EvaluatingCase
from ..helpers.replacements import ReplacementCase

ADDON = "marketplace_order_cancellation"
#: What no shop wants to read in a reason, and what HTML makes of it.
REASON = "Mrs O'Hara & son\nmoved to 5 <High> Street"
SAID = "She is in hospital, says her son"


class ErasureCase(EvaluatingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "eraser", f"{ADDON}.group_marketplace_manager")

    def erase(self, receipts, **options):
        wizard = self.env["marketplace.erasure"].with_user(self.manager)
        wizard.create({"receipt_ids": receipts.ids, **options}).action_erase()
        self.env.flush_all()
        self.env.cr.precommit.run()

    def everything_told(self, order):
        """All that is written about ``order`` in chatters, activities and mails, as plain text."""
        documents = [
            *order.cancellation_receipt_ids, order, *order.picking_ids, *order.invoice_ids,
            *order.invoice_ids.reversal_move_ids, *order.replacement_order_ids,
            *order.cancellation_receipt_ids.return_picking_ids,
        ]  # fmt: skip
        texts = []
        for document in documents:
            texts += document.message_ids.mapped("body")
            activities = (
                self.env["mail.activity"]
                .with_context(active_test=False)
                .search([("res_model", "=", document._name), ("res_id", "=", document.id)])
            )
            texts += activities.mapped("note") + activities.mapped("summary")
        return "\n".join(" ".join(html2plaintext(text or "").split()) for text in texts)

    def assertTold(self, text, order, times=None):
        found = self.everything_told(order).count(" ".join(text.split()))
        self.assertTrue(found if times is None else found == times, (found, text))

    def findings(self):
        self.env.cr.flush()  # as a commit does
        with self.own_transactions() as env:
            return env["marketplace.account"].browse(self.account.id).verify_log()["findings"]

    def assertVerifies(self):
        self.assertEqual(self.findings(), [])


@tagged("post_install", "-at_install")
class TestErasure(ErasureCase):
    def test_reason_goes_from_everywhere_and_the_log_verifies(self):
        order, receipt = self.evaluating("E-1", reason=REASON)
        receipt.action_accept()
        self.assertTold(REASON, order)
        self.assertIn(REASON, order.picking_ids.message_ids and receipt.reason)
        answer = receipt.answer_body
        self.assertVerifies()
        entries = self.log_of(receipt)
        self.erase(receipt)
        self.assertTold(REASON, order, times=0)
        self.assertTold("Reason: “[erased]”.", order)
        self.assertEqual(receipt.reason, "[erased]")
        self.assertIn("[erased]", receipt.request_text)
        self.assertEqual((receipt.answer_body, receipt.state), (answer, "cancelled"))
        self.assertEqual(receipt.erased_by_id, self.manager)
        self.assertTrue(receipt.erased_at)
        self.assertEqual(receipt.message_ids[0].author_id, self.manager.partner_id)
        self.assertEqual(len(self.log_of(receipt)), len(entries) + 1)
        self.assertVerifies()

    def test_reason_that_was_quoted_without_its_full_stop(self):
        order, receipt = self.evaluating("E-20", reason=f"{SAID}.")
        receipt.action_accept()
        self.assertTold(f"Reason: “{SAID}”.", order)
        self.erase(receipt)
        self.assertTold(SAID, order, times=0)

    def log_of(self, receipt):
        return self.env["marketplace.log.entry"].search(
            [("receipt_id", "=", receipt.id), ("delivery_id", "=", False)]
        )

    def test_what_was_made_for_the_order(self):
        order, receipt = self.evaluating("E-8", reason=REASON)
        if "mrp_production_ids" not in order._fields:
            self.skipTest("sale_mrp is not installed")
        production = self.env["mrp.production"].create({"product_id": self.product.id})
        production.reference_ids |= order.stock_reference_ids
        self.assertIn(production, order.mrp_production_ids)
        production.message_post(body=f"Stopped: {receipt._describe()}")
        self.erase(receipt)
        self.assertNotIn(REASON, html2plaintext(production.message_ids[0].body))

    def test_what_others_write_stays(self):
        order, receipt = self.evaluating("E-2", reason="Moved")
        order.message_post(body="Removed the ribbon. Call the shopper.")
        self.erase(receipt)
        self.assertTold("Removed the ribbon. Call the shopper.", order)

    def test_error_and_its_activity(self):
        order = self.make_order("E-3", confirm=True)
        receipt = self.register("E-3")
        receipt._set_failed(order, SAID)
        self.assertTold(SAID, order)
        self.erase(receipt)
        self.assertTold(SAID, order, times=0)
        self.assertEqual((receipt.error, receipt.state), ("[erased]", "failed"))
        self.assertVerifies()

    def test_reasons_for_decisions_if_that_is_wanted(self):
        order, receipt = self.evaluating("E-4", reason="Late")
        receipt.action_refuse(SAID)
        self.erase(receipt)
        self.assertEqual((receipt.reason, receipt.decision_reason), ("[erased]", SAID))
        self.assertTold(SAID, order)
        self.assertIn(SAID, self.repeat(receipt).body)
        self.erase(receipt, with_decisions=True)
        self.assertEqual((receipt.decision_reason, receipt.note), ("[erased]", "[erased]"))
        self.assertTold(SAID, order, times=0)
        answer = self.repeat(receipt)
        self.assertEqual(answer.status, 409)
        self.assertNotIn(SAID, answer.body)
        self.assertIn(receipt.protocol_code, answer.body)
        self.assertVerifies()

    def test_all_requests_for_the_order(self):
        order, first = self.evaluating("E-5", reason=REASON, cancellationRequestId="q1")
        self.request_cancellation("E-5", reason="Another reason", cancellationRequestId="q2")
        second = self.receipts("E-5") - first
        other_order, other = self.evaluating("E-6", reason=REASON)
        self.erase(first)
        self.assertEqual((first | second).mapped("reason"), ["[erased]"] * 2)
        self.assertTold("Another reason", order, times=0)
        self.assertEqual(other.reason, REASON)
        self.assertTold(REASON, other_order)

    def test_request_that_is_not_settled_goes_on(self):
        _order, receipt = self.evaluating("E-7", reason=REASON)
        self.erase(receipt)
        self.assertEqual(receipt.state, "evaluating")
        receipt.action_accept()
        self.assertEqual(receipt.state, "cancelled")

    def test_only_managers_erase(self):
        _order, receipt = self.evaluating("E-8", reason=REASON)
        for user in (self.salesperson, self.endpoint_user):
            with self.assertRaises(AccessError):
                receipt.with_user(user).action_erase()
        self.assertEqual(receipt.reason, REASON)

    def test_nobody_else_changes_what_was_asked(self):
        _order, receipt = self.evaluating("E-9", reason=REASON)
        self.rewrite(receipt, reason="[erased]")
        self.assertTrue(self.findings())


@tagged("post_install", "-at_install")
class TestErasureOfOtherDocuments(ErasureCase, ReplacementCase):
    def test_returns_invoices_and_replacements(self):
        self.account.write({"on_invoiced": "credit_note", "on_partly_shipped": "cancel"})
        order, replacement = self.replaced("E-10", done=1)
        self.invoice(order, "posted")
        self.request_cancellation("E-10", reason=REASON)
        receipt = self.receipts("E-10")
        if receipt.state == "evaluating":
            receipt.action_accept()
        self.assertEqual(receipt.state, "cancelled")
        for document in (order, replacement, order.invoice_ids[:1]):
            self.assertTrue(self.tells(document), document)
        self.erase(receipt)
        for document in (order, replacement, order.invoice_ids[:1]):
            self.assertFalse(self.tells(document), document)
        self.assertTold(REASON, order, times=0)

    def tells(self, documents):
        texts = [html2plaintext(body) for body in documents.message_ids.mapped("body")]
        words = " ".join(REASON.split())
        return any(words in " ".join(text.split()) for text in texts)


@tagged("post_install", "-at_install")
class TestErasureOfCalls(ErasureCase, OutboundCase):
    def test_denial_that_was_sent(self):
        self.account.refusal_call = "denial"
        order, receipt = self.refused("E-11", cancellationRequestId="r-1")
        said = receipt.decision_reason
        call = self.calls(order)
        self.erase(receipt, with_decisions=True)
        self.assertEqual(call.body["denyReason"], said)  # still to be told
        self.send()
        self.erase(receipt, with_decisions=True)
        self.assertEqual(call.body, {"cancellationRequestId": "r-1", "denyReason": "[erased]"})
