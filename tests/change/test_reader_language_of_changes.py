"""What is stored of changes is read in the language of the one who reads it."""

from odoo.tests import tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestReaderLanguageOfChanges(ChangeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("pt_BR")
        cls.account.on_picking = "ask"

    def note(self, order_id="C-1"):
        receipt = self.change_of(order_id)
        return receipt.note, receipt.with_context(lang="pt_BR").note

    def test_why_a_person_is_asked(self):
        order = self.order_of_both("C-1")
        order.picking_ids.move_ids.picked = True
        self.ask_change("C-1", remove=self.items(POT=1), add=self.items(CUP=1))
        english, portuguese = self.note()
        self.assertEqual(english, "It adds 1 × [CUP] Cup. Picking has begun.")
        self.assertEqual(portuguese, "Ela adiciona 1 × [CUP] Cup. A separação começou.")
        shown = order.with_context(lang="pt_BR").marketplace_notice_details
        self.assertIn("A separação começou.", shown)

    def test_why_it_is_refused(self):
        self.order_of_both("C-1")
        self.ask_change("C-1", remove=self.items(MUG=1))
        english, portuguese = self.note()
        self.assertIn("No line of the order sells SKU MUG.", english)
        self.assertIn("Nenhuma linha do pedido vende o SKU MUG.", portuguese)
        self.assertIn("No line of the order", self.change_of("C-1").answer_body)

    def test_why_nothing_comes_of_it(self):
        order = self.order_of_both("C-1")
        self.ask_change("C-1", remove=self.items(POT=1))
        order._action_cancel()
        english, portuguese = self.note()
        self.assertEqual(english, "The whole order was cancelled.")
        self.assertEqual(portuguese, "O pedido inteiro foi cancelado.")
