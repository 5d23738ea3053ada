"""Every delivery x every stage x every invoice: decided, carried out, and brought back to stock.

One test for each combination, under the policy that an account has by default.
"""

from itertools import product

from odoo.tests import TransactionCase, tagged

from ..helpers.warehouse import DELIVERY_STEPS, WarehouseCase

QUANTITY = 3
STAGES = ("not_started", "reserved", "picked", "packed", "partly_shipped", "shipped", "returned")
INVOICES = ("not_invoiced", "draft", "posted", "paid")

#: Stages that a delivery of so many steps has not, and why.
IMPOSSIBLE = {
    ("one", "packed"): "the only transfer ships: what is packed there is still in stock",
    ("two", "packed"): "picked goods go straight to the output location: there is no packing step",
}

#: How many transfers are done in a stage, where that depends on the delivery.
STEPS_DONE = {"picked": 1, "packed": 2}

#: What then stands between stock and the customer: location and quantity.
STRANDED = {
    ("two", "picked"): ("output", 3),
    ("three", "picked"): ("pack", 3),
    ("three", "packed"): ("output", 3),
    ("two", "partly_shipped"): ("output", 1),
    ("three", "partly_shipped"): ("output", 1),
}

#: What is at the customer.
SHIPPED = {"partly_shipped": 2, "shipped": 3}


def asks(stage, invoiced):
    """Whether a person decides, under the default policy."""
    return stage in ("partly_shipped", "shipped") or invoiced in ("posted", "paid")


def scenarios(steps):
    """The combinations of stage and invoice that a delivery of so many steps can be in."""
    for stage, invoiced in product(STAGES, INVOICES):
        if (steps, stage) not in IMPOSSIBLE:
            yield stage, invoiced


def with_scenarios(case):
    """Give the class ``case`` one test method for each scenario of its ``steps``."""

    def make_test(stage, invoiced):
        def test(self):
            self.check_scenario(stage, invoiced)

        return test

    for stage, invoiced in scenarios(case.steps):
        setattr(case, f"test_{stage}_{invoiced}", make_test(stage, invoiced))
    return case


class ScenarioCase(WarehouseCase):
    steps = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.delivery_steps = DELIVERY_STEPS[cls.steps]

    def check_scenario(self, stage, invoiced):
        order = self.make_order("S-1", quantity=QUANTITY, confirm=True)
        self.bring_to(order, stage)
        invoices = order.invoice_ids
        if invoiced != "not_invoiced":
            invoices = self.invoice(order, invoiced)
        self.check_stage(stage)
        before, on_hand = self.snapshot(order), self.on_hand()[0]
        answer = self.request_cancellation("S-1")
        receipt = self.receipts("S-1")
        if asks(stage, invoiced):
            self.assertEqual((answer.status, answer.body), (200, ""))
            self.assertEqual(receipt.state, "evaluating")
            self.assertTrue(order.marketplace_hold)
            self.assertEqual(self.snapshot(order), before)
            receipt.action_accept()
            answer = self.request_cancellation("S-1")
        self.check_cancelled(order, receipt, answer)
        self.assertEqual(self.on_hand(), (on_hand, 0))
        self.check_invoices(invoices, invoiced)
        self.check_returns(receipt, stage)

    # -- The way there ----------------------------------------------------------------------------

    def bring_to(self, order, stage):
        """Have the warehouse do what makes ``stage``."""
        all_steps = list(DELIVERY_STEPS).index(self.steps) + 1
        if stage == "not_started":
            order.picking_ids.do_unreserve()
        elif (self.steps, stage) == ("one", "picked"):
            order.picking_ids.move_ids.picked = True
        elif stage in STEPS_DONE:
            self.do_steps(order, STEPS_DONE[stage])
        elif stage == "partly_shipped":
            self.do_steps(order, all_steps - 1)
            self.do_next_step(order, quantity=SHIPPED[stage])
        elif stage in ("shipped", "returned"):
            delivery = self.do_steps(order, all_steps)
            if stage == "returned":
                self.give_back(delivery)

    def check_stage(self, stage):
        """The goods are where the tables above say."""
        shipped = SHIPPED.get(stage, 0)
        self.assertEqual(self.on_hand()[0], 100 - shipped)
        self.assertEqual(self.between_stock_and_customer(), self.stranded(stage))
        reserved = stage in ("reserved", "picked", "packed")
        open_quantity = QUANTITY - shipped if reserved or stage == "partly_shipped" else 0
        self.assertEqual(self.on_hand()[1], open_quantity)

    def stranded(self, stage):
        """``{location: quantity}`` that ``stage`` leaves between stock and customer."""
        name, quantity = STRANDED.get((self.steps, stage), (None, 0))
        return {self[f"{name}_location"]: quantity} if name else {}

    def between_stock_and_customer(self):
        quantities = {
            location: self.quantity_at(location)
            for location in (self.pack_location, self.output_location)
        }
        return {location: quantity for location, quantity in quantities.items() if quantity}

    def __getitem__(self, name):
        return getattr(self, name)

    def snapshot(self, order):
        """All about ``order`` and the stock that must not change while nothing is decided."""
        moves = self.moves(order)
        quants = self.env["stock.quant"].search([("product_id", "=", self.product.id)])
        fields_of = {
            order: ["state", "locked", "invoice_status", "order_line", "picking_ids"],
            order.order_line: ["product_uom_qty", "qty_delivered", "qty_invoiced"],
            order.picking_ids: ["state", "move_ids"],
            moves: ["state", "product_uom_qty", "quantity", "picked", "move_orig_ids"],
            moves.move_line_ids: ["quantity", "picked", "location_id", "location_dest_id"],
            order.invoice_ids: ["state", "payment_state", "amount_residual", "reversal_move_ids"],
            quants: ["quantity", "reserved_quantity", "location_id"],
        }
        self.env.invalidate_all()  # so that lists of records come in the same order
        return [records.sorted("id").read(fields) for records, fields in fields_of.items()]

    # -- What came of it --------------------------------------------------------------------------

    def check_cancelled(self, order, receipt, answer):
        self.assertConfirmation(answer, order)
        self.assertEqual(receipt.state, "cancelled", receipt.error)
        self.assertFalse(order.marketplace_hold)
        self.assertWhollyCancelled(order)

    def check_invoices(self, invoices, invoiced):
        """What was drafted is cancelled; what was posted is left, and a credit note drafted."""
        expected = {"draft": "cancel", "posted": "posted", "paid": "posted"}
        self.assertEqual(invoices.mapped("state"), [expected[invoiced]] if invoices else [])
        self.assertEqual(bool(invoices), invoiced != "not_invoiced")
        credit_notes = self.credit_notes(invoices)
        self.assertEqual(len(credit_notes), int(invoiced in ("posted", "paid")))
        for credit_note in credit_notes:
            self.assertEqual((credit_note.move_type, credit_note.state), ("out_refund", "draft"))
            self.assertEqual(credit_note.amount_total, invoices.amount_total)

    def check_returns(self, receipt, stage):
        """Returns are proposed for exactly what is not in stock; with them, it is."""
        expected = {
            (location, self.stock_location): quantity
            for location, quantity in self.stranded(stage).items()
        }
        if stage in SHIPPED:
            expected[self.customer_location, self.stock_location] = SHIPPED[stage]
        returns = receipt.return_picking_ids
        self.assertReturns(receipt, expected)
        self.assertEqual(returns.mapped("state"), ["draft"] * len(expected))
        self.validate(returns)
        self.assertEqual(self.on_hand(), (100, 0))
        self.assertEqual(self.quantity_at(self.stock_location), 100)


@tagged("post_install", "-at_install")
@with_scenarios
class TestOneStep(ScenarioCase):
    steps = "one"


@tagged("post_install", "-at_install")
@with_scenarios
class TestTwoSteps(ScenarioCase):
    steps = "two"


@tagged("post_install", "-at_install")
@with_scenarios
class TestThreeSteps(ScenarioCase):
    steps = "three"


@tagged("post_install", "-at_install")
class TestMatrix(TransactionCase):
    def test_what_is_run_and_what_cannot_be_is_everything(self):
        run = {
            (case.steps, name)
            for case in (TestOneStep, TestTwoSteps, TestThreeSteps)
            for name in vars(case)
            if name.startswith("test_") and callable(getattr(case, name))
        }
        left_out = {
            (steps, f"test_{stage}_{invoiced}")
            for (steps, stage), invoiced in product(IMPOSSIBLE, INVOICES)
        }
        everything = {
            (steps, f"test_{stage}_{invoiced}")
            for steps, stage, invoiced in product(DELIVERY_STEPS, STAGES, INVOICES)
        }
        self.assertFalse(run & left_out)
        self.assertEqual(run | left_out, everything)
        self.assertEqual(len(run), 76)
