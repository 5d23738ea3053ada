"""`sale_cancel_reason` has people choose why they cancel an order: our dialogs ask it as well."""

from collections import Counter

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.seller import SellerCase

ADDON = "marketplace_order_cancellation"


@tagged("post_install", "-at_install")
class TestChosenReasons(SellerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "cancel_reason_id" not in cls.env["sale.order"]._fields:
            cls.skipTest(cls, "sale_cancel_reason is not installed")
        cls.damaged, cls.lost = cls.env["sale.order.cancel.reason"].create(
            [{"name": "Damaged"}, {"name": "Lost"}]
        )

    def test_one_button_cancels_an_order(self):
        arch = etree.fromstring(self.env["sale.order"].get_view(view_type="form")["arch"])
        buttons = arch.xpath("//header/button[@string='Cancel']")
        for own, name in (("W-0", "ours"), (False, "action_cancel_wizard")):
            values = {"id": 1, "state": "sale", "locked": False, "context": {}}
            values |= {"marketplace_order_id": own, "replaced_order_id": False}
            shown = [
                button.get("name") if button.get("type") == "object" else "ours"
                for button in buttons
                if not safe_eval(button.get("invisible"), values)
            ]
            self.assertEqual(shown, [name])

    def test_chosen_reason_is_kept_and_told(self):
        order = self.order_of_three("W-1")
        calls = self.seller_cancellations()
        form = self.wizard(order)
        form.chosen_reason = str(self.damaged.id)
        form.save().action_cancel_order()
        self.assertEqual((order.state, order.cancel_reason_id), ("cancel", self.damaged))
        self.assertEqual(order.seller_cancel_reason, "Damaged")
        self.assertEqual(calls, [(order, "Damaged")])

    def test_both_reasons_are_kept(self):
        order = self.order_of_three("W-2")
        form = self.wizard(order)
        form.chosen_reason = str(self.lost.id)
        form.reason = "The carrier has lost it."
        form.save().action_cancel_order()
        self.assertEqual((order.state, order.cancel_reason_id), ("cancel", self.lost))
        self.assertEqual(order.seller_cancel_reason, "The carrier has lost it.")

    def test_a_reason_has_to_be_chosen(self):
        order = self.order_of_three("W-3")
        form = self.wizard(order)
        form.reason = "The carrier has lost it."
        with self.assertRaisesRegex(AssertionError, "chosen_reason is a required field"):
            form.save()
        wizard = self.env["marketplace.order.cancel"].create({"order_id": order.id})
        with self.assertRaisesRegex(UserError, "Choose the reason"):
            wizard.action_cancel_order()
        self.assertEqual(order.state, "sale")

    def test_a_reason_is_chosen_for_what_the_marketplace_asks_as_well(self):
        order = self.order_of_three("W-4", done=1)
        self.request_cancellation("W-4")
        self.assertEqual(self.receipts("W-4").state, "evaluating")
        form = self.wizard(order)
        self.assertEqual(form.expectation, "cancellation")
        form.chosen_reason = str(self.damaged.id)
        form.save().action_cancel_order()
        self.assertEqual((order.state, order.cancel_reason_id), ("cancel", self.damaged))

    def test_quotation_that_is_to_be_validated(self):
        """`sale_tier_validation` lets nobody write its fields until it is validated."""
        if "tier.definition" not in self.env:
            self.skipTest("sale_tier_validation is not installed")
        self.env["tier.definition"].create(
            {
                "model_id": self.env["ir.model"]._get("sale.order").id,
                "review_type": "individual",
                "reviewer_id": self.env.user.id,
            }
        )
        order = self.make_order("W-7")
        order.request_validation()
        self.assertEqual(order.validation_status, "pending")
        form = self.wizard(order)
        form.chosen_reason = str(self.lost.id)
        form.save().action_cancel_order()
        self.assertEqual((order.state, order.cancel_reason_id), ("cancel", self.lost))
        self.assertEqual(order.seller_cancel_reason, "Lost")

    def test_many_orders(self):
        orders = self.order_of_three("W-5") + self.order_of_three("W-6")
        wizards = self.env["sale.mass.cancel.orders"].with_user(self.salesman)
        form = Form(wizards.with_context(active_ids=orders.ids))
        form.reason_id = self.damaged
        form.save().action_mass_cancel()
        for order in orders:
            self.assertEqual((order.state, order.cancel_reason_id), ("cancel", self.damaged))
            self.assertEqual(order.seller_cancel_reason, "Damaged")


@tagged("post_install", "-at_install")
class TestLabels(SellerCase):
    def test_labels_differ_from_those_of_others(self):
        """Odoo warns of fields of one model that have the same label."""
        fields = self.env["ir.model.fields"].search([])
        for model, own in fields.grouped("model").items():
            labels = Counter(own.mapped("field_description"))
            for field in own:
                if ADDON in (field.modules or "").split(", "):
                    label = field.field_description
                    self.assertEqual(labels[label], 1, f"{model}.{field.name}: {label}")
