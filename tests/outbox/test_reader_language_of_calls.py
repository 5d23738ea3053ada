"""What is stored of calls is read in the language of the one who reads it."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.outbound.texts import text_of_status
from ..helpers.outbound import OutboundCase


@tagged("post_install", "-at_install")
class TestReaderLanguageOfCalls(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")

    def test_why_it_was_not_taken_beside_what_the_marketplace_said(self):
        call = self.cancelled_here(self.order_of_three("O-1"))
        self.marketplace.answers.append((503, {"message": "Maintenance"}, {}))
        self.send()
        portuguese = call.with_context(lang="pt_BR")
        ours = text_of_status(portuguese.env, 503, "O-1")
        self.assertIn("um problema próprio", ours)
        self.assertEqual(portuguese.error, f"“Maintenance” — {ours}")
        self.assertEqual(call.error, f"“Maintenance” — {text_of_status(self.env, 503, 'O-1')}")
        self.assertEqual(portuguese.attempt_ids.error, portuguese.error)
        call._forget_answer()
        self.assertEqual(portuguese.error, ours)
        self.assertEqual(portuguese.attempt_ids.error, ours)

    @mute_logger("odoo.addons.marketplace_order_cancellation.models.outbox.sending")
    def test_no_answer(self):
        call = self.cancelled_here(self.order_of_three("O-1"))
        self.allow("")
        self.send()
        portuguese = call.with_context(lang="pt_BR").error
        self.assertIn("127.0.0.1", portuguese)
        self.assertNotEqual(portuguese, call.error)
        account = call.account_id.with_context(lang="pt_BR")
        self.assertEqual(portuguese, account._explain_unreachable())

    def test_why_it_came_to_nothing(self):
        order, _receipt = self.refused("O-1")
        call = self.calls(order)
        order.state = "cancel"
        call._end("obsolete", note=call._obsolete_because())
        self.assertEqual(call.note, "The order was cancelled after all.")
        portuguese = call.with_context(lang="pt_BR")
        self.assertEqual(portuguese.note, "O pedido acabou sendo cancelado.")
