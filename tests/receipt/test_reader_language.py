"""What is stored of receipts is read in the language of the one who reads it."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...tools.any_language import InAnyLanguage, stored
from ..helpers.questions import DeadlinesCase


@tagged("post_install", "-at_install")
class TestReaderLanguage(DeadlinesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")
        cls.account.decision_hours = 24

    def in_portuguese(self, record):
        return record.with_context(lang="pt_BR")

    def test_why_a_person_is_asked(self):
        order, receipt = self.evaluating("RL-1")
        self.assertEqual(receipt.note, "Picking has begun.")
        own = self.in_portuguese(receipt)
        self.assertEqual(own.note, "A separação começou.")
        self.assertEqual(own.read(["note"])[0]["note"], "A separação começou.")
        self.assertIn("A separação começou.", own._details())
        self.assertNotIn("Picking", self.in_portuguese(order).marketplace_notice_details)
        self.assertEqual(receipt.note, "Picking has begun.")

    def test_what_had_happened(self):
        order = self.make_order("RL-2", confirm=True)
        order._action_cancel()
        self.request_cancellation("RL-2")
        receipt = self.receipts("RL-2")
        self.assertEqual(receipt.note, "The order was cancelled already.")
        self.assertEqual(self.in_portuguese(receipt).note, "O pedido já estava cancelado.")

    def test_what_the_deadline_decided(self):
        self.account.default_decision = "refuse"
        _order, receipt = self.evaluating("RL-3")
        self.let_pass(receipt, 25)
        self.assertEqual(receipt.state, "refused")
        self.assertEqual(receipt.decision_reason, "Nobody decided in time.")
        self.assertIn("Nobody decided in time.", receipt.answer_body)
        own = self.in_portuguese(receipt)
        self.assertEqual(own.decision_reason, "Ninguém decidiu a tempo.")
        self.assertEqual(own.note, own.decision_reason)

    def test_what_failed(self):
        order, receipt = self.evaluating("RL-4")
        for error, portuguese in (
            (ValueError("x"), "Erro inesperado: ValueError."),
            (UserError("Odoo's own words"), "Odoo's own words"),
        ):
            receipt._set_failed(order, order._describe_failure(error))
            self.assertIn(portuguese, self.in_portuguese(receipt).error)

    def test_erased_words_are_in_no_language(self):
        _order, receipt = self.evaluating("RL-5", reason="Ana moved")
        receipt.note = stored(InAnyLanguage(self.env)._("Found: %s.", "Ana moved"))
        receipt._erase(with_decisions=False)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT note FROM marketplace_cancellation_receipt WHERE id = %s", [receipt.id]
        )
        self.assertNotIn("Ana", self.env.cr.fetchone()[0])

    def test_texts_of_earlier_versions_are_read_as_they_are(self):
        _order, receipt = self.evaluating("RL-6")
        receipt.note = "100 % as it was."
        self.assertEqual(self.in_portuguese(receipt).note, "100 % as it was.")
