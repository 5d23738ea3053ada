"""A person says which of several lines a change means."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestChangeChoice(ChangeCase):
    def unclear(self, order_id, **items):
        """A change that may mean two lines of teapots, and the lines in question."""
        order = self.order_of_both(order_id)
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 5})]
        self.ask_change(order_id, "Confirmation", remove=self.items(**(items or {"POT": 1})))
        receipt = self.change_of(order_id)
        self.assertEqual(receipt.state, "part_evaluating")
        return order, receipt

    def dialog(self, receipt, user=None):
        action = self.env.ref("marketplace_order_cancellation.action_marketplace_change_choice")
        wizards = self.env[action.res_model].with_context(default_receipt_id=receipt.id)
        return Form(wizards.with_user(user or self.env.user))

    def choose(self, receipt, *quantities):
        """Fill the dialog, a quantity for each line, and press its button."""
        dialog = self.dialog(receipt)
        for number, quantity in enumerate(quantities):
            with dialog.line_ids.edit(number) as line:
                line.quantity = quantity
        self.assertTrue(dialog.is_complete, dialog.sums_text)
        dialog.save().action_take_out()

    def test_candidates_stand_side_by_side(self):
        _order, receipt = self.unclear("CHOICE-1")
        self.assertTrue(receipt.is_choice_needed)
        self.assertFalse(receipt.accept_text)
        dialog = self.dialog(receipt)
        wizard = dialog.save()
        self.assertEqual(wizard.line_ids.mapped("ordered_before"), [3, 5])
        self.assertEqual(wizard.line_ids.mapped("quantity"), [0, 0])
        self.assertIn("Teapot", wizard.line_ids[0].description)
        self.assertTrue(wizard.line_ids[0].price_text)
        self.assertEqual((wizard.sums_text, wizard.is_complete), ("POT: 0 of 1 chosen", False))

    def test_many_lines_are_read_a_few_times(self):
        """However many items may mean several of them each."""
        for number in range(8):
            self.make_product(f"Mug {number}", default_code=f"MUG{number}")
        mugs = self.env["product.product"].search([("default_code", "=like", "MUG%")])
        order = self.make_order(
            "CHOICE-12",
            confirm=True,
            order_line=[Command.create({"product_id": mug.id}) for mug in (*mugs, *mugs)],
        )
        orders = self.registry["sale.order"]
        with patch.object(
            orders, "_lines_sold", autospec=True, side_effect=orders._lines_sold
        ) as read:
            skus = dict.fromkeys(mugs.mapped("default_code"), 1)
            self.ask_change("CHOICE-12", remove=self.items(**skus))
        self.assertLess(read.call_count, 8)
        receipt = self.change_of("CHOICE-12")
        self.assertEqual(receipt.change_line_ids.sale_line_id, order.order_line)

    def test_deadline_chooses_no_lines(self):
        self.account.write({"decision_hours": 1, "default_decision": "accept"})
        _order, receipt = self.unclear("CHOICE-11")
        self.assertEqual(receipt.default_decision, "wait")
        receipt._decide_by_default()
        self.assertEqual(receipt.state, "part_evaluating")

    def test_chosen_line_alone_goes_down(self):
        order, receipt = self.unclear("CHOICE-2")
        self.choose(receipt, 0, 1)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3, 2, 4])

    def test_choice_may_be_spread_over_lines(self):
        order, receipt = self.unclear("CHOICE-3", POT=2)
        self.choose(receipt, 1, 1)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2, 2, 4])

    def test_other_items_of_the_same_change_go_as_well(self):
        order, receipt = self.unclear("CHOICE-4", POT=1, CUP=2)
        self.assertEqual(len(receipt.change_line_ids), 3)
        self.assertEqual(len(self.dialog(receipt).save().line_ids), 2)
        self.choose(receipt, 1, 0)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2, 0, 5])

    def test_two_unclear_items_are_both_asked_about(self):
        order = self.order_of_both("CHOICE-5")
        order.order_line = [
            Command.create({"product_id": product.id, "product_uom_qty": 5})
            for product in (self.product, self.cup)
        ]
        self.ask_change("CHOICE-5", "Confirmation", remove=self.items(POT=1, CUP=1))
        receipt = self.change_of("CHOICE-5")
        self.choose(receipt, 1, 0, 0, 1)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [2, 2, 5, 4])

    def test_two_skus_of_the_same_lines_are_both_taken_out(self):
        self.product.barcode = "4711"
        order, receipt = self.unclear("CHOICE-9", **{"POT": 1, "4711": 1})
        self.choose(receipt, 1, 0, 1, 0)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 2, 5])

    def test_two_skus_of_the_same_lines_are_counted_together(self):
        self.product.barcode = "4711"
        order, receipt = self.unclear("CHOICE-10", **{"POT": 2, "4711": 2})
        with self.assertRaisesRegex(UserError, "less was ordered"):
            self.choose(receipt, 2, 0, 2, 0)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3, 2, 5])

    def test_wrong_sums_are_refused(self):
        order, receipt = self.unclear("CHOICE-6")
        wizard = self.dialog(receipt).save()
        with self.assertRaisesRegex(UserError, "1 × POT"):
            wizard.action_take_out()
        wizard.line_ids[0].quantity = 2
        self.assertFalse(wizard.is_complete)
        with self.assertRaisesRegex(UserError, "1 × POT"):
            wizard.action_take_out()
        wizard.line_ids.quantity = 6
        with self.assertRaisesRegex(UserError, "less was ordered"):
            wizard.action_take_out()
        self.assertEqual(receipt.state, "part_evaluating")
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [3, 2, 5])

    def test_only_who_may_decide_chooses(self):
        _order, receipt = self.unclear("CHOICE-7")
        seller = new_test_user(self.env, "choice-seller", "sales_team.group_sale_salesman")
        wizard = self.dialog(receipt, seller).save()
        wizard.line_ids[0].quantity = 1
        with self.assertRaises(AccessError):
            wizard.action_take_out()
        self.assertFalse(any(receipt.change_line_ids.mapped("quantity")))

    def test_what_is_clear_needs_no_choice(self):
        self.order_of_both("CHOICE-8")
        self.account.on_committed = "ask"
        self.account.outbound_key = False  # so that a person is asked
        self.ask_change("CHOICE-8", remove=self.items(POT=1))
        receipt = self.change_of("CHOICE-8")
        self.assertFalse(receipt.is_choice_needed)
        self.assertFalse(self.dialog(receipt).save().line_ids)
        with self.assertRaisesRegex(UserError, "known which lines"):
            receipt._choose_lines({receipt.change_line_ids.id: 1})

    def test_marketplace_counts_pieces_and_the_order_dozens(self):
        order = self.order_of_both("CHOICE-9", pots=24)
        dozen = self.env.ref("uom.product_uom_dozen").id
        line = {"product_id": self.product.id, "product_uom_qty": 5, "product_uom_id": dozen}
        order.order_line = [Command.create(line)]
        self.ask_change("CHOICE-9", "Confirmation", remove=self.items(POT=12))
        receipt = self.change_of("CHOICE-9")
        self.assertEqual(receipt.change_line_ids.mapped("unit"), ["Units", "Dozens"])
        self.choose(receipt, 0, 1)
        self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [24, 2, 4])
