"""Another go at what has failed: each request on its own, and told what came of it."""

from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ...models.receipt import unsettled as again
from ..helpers.warehouse import WarehouseCase

MODELS = "odoo.addons.marketplace_order_cancellation.models"
LOGGERS = (
    f"{MODELS}.receipt.decision",
    f"{MODELS}.receipt.retry",
    "odoo.sql_db",
)
SALES = "sales_team.group_sale_salesman_all_leads"


@tagged("post_install", "-at_install")
class TestProcessAgain(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "seller", SALES, name="Dora")

    def make_failed(self, name):
        """A request for a new order, which could not be cancelled."""
        order = self.order_of_three(name)
        receipt = self.register(name)
        receipt._set_failed(order, "It broke.")
        return receipt

    def process(self, receipts):
        """What the person is told who processes ``receipts`` again."""
        with self.own_transactions() as env:
            mine = receipts.with_env(env).with_user(self.seller)
            return mine.action_process_again()["params"]

    @contextmanager
    def broken(self, *names, error=None):
        """The cancellation of some orders fails."""
        model = self.registry["sale.order"]
        original = model.action_cancel

        def fail(orders):
            if set(orders.mapped("marketplace_order_id")) & set(names):
                raise error or UserError("It still is broken.")
            return original(orders)

        with patch.object(model, "action_cancel", fail), mute_logger(*LOGGERS):
            yield

    def test_order_is_cancelled_and_the_marketplace_confirmed(self):
        receipt = self.make_failed("A-1")
        told = self.process(receipt)
        self.assertEqual((told["type"], told["message"]), ("success", "Processed: 1."))
        self.assertEqual((receipt.state, receipt.decided_by_id), ("cancelled", self.seller))
        self.assertCancelled(receipt.sale_order_id)
        self.assertEqual(self.request_cancellation("A-1").status, 200)
        self.assertFalse(receipt.activity_ids)

    def test_one_failure_stops_no_other(self):
        receipts = self.env["marketplace.cancellation.receipt"].concat(
            *(self.make_failed(f"A-{number}") for number in range(3))
        )
        with self.broken("A-1"):
            told = self.process(receipts)
        self.assertEqual(receipts.mapped("state"), ["cancelled", "failed", "cancelled"])
        self.assertEqual(told["type"], "danger")
        self.assertEqual(told["message"], "Processed: 2. Failed again: 1 (A-1).")
        self.assertEqual(receipts[1].error, "It still is broken.")
        self.assertUntouched(receipts[1].sale_order_id)

    def test_others_are_left_alone_and_told(self):
        failed = self.make_failed("A-1")
        self.order_of_three("A-2", done=1)
        self.request_cancellation("A-2")
        undecided = self.receipts("A-2")
        told = self.process(failed + undecided)
        self.assertEqual((failed.state, undecided.state), ("cancelled", "evaluating"))
        self.assertEqual(told["message"], "Processed: 1. Skipped, as they have not failed: 1.")
        told = self.process(undecided)
        self.assertEqual(
            (told["type"], told["message"]), ("warning", "Skipped, as they have not failed: 1.")
        )

    def test_what_settles_along_with_another_is_left_alone(self):
        first = self.make_failed("A-1")
        second = self.register("A-1", cancellation_request_id="again")
        second._set_failed(first.sale_order_id, "It broke.")
        told = self.process(first + second)
        self.assertEqual((first + second).mapped("state"), ["cancelled", "cancelled"])
        self.assertIn("Processed: 1.", told["message"])

    def test_who_is_in_the_way_goes_first(self):
        receipt = self.make_failed("A-1")
        errors = [SerializationFailure(), SerializationFailure()]
        model = self.registry["sale.order"]
        original = model.action_cancel

        def collide(orders):
            if errors:
                raise errors.pop()
            return original(orders)

        with patch.object(model, "action_cancel", collide), mute_logger(*LOGGERS):
            told = self.process(receipt)
        self.assertEqual((receipt.state, told["type"]), ("cancelled", "success"))

    def test_what_takes_too_long_is_left_for_another_time(self):
        receipts = self.make_failed("A-1") + self.make_failed("A-2")
        with patch.object(again, "_PATIENCE", -1):
            told = self.process(receipts)
        self.assertEqual(receipts.mapped("state"), ["failed", "failed"])
        self.assertEqual(told["message"], "Not reached yet: 2. Process them again.")

    def test_request_that_failed_before_its_order_was_found(self):
        receipt = self.register("A-1")
        receipt._set_failed(self.env["sale.order"], "It broke.")
        self.process(receipt)
        self.assertEqual(receipt.state, "waiting")
        receipt._set_failed(self.env["sale.order"], "It broke.")
        order = self.order_of_three("A-1")
        receipt._set_failed(self.env["sale.order"], "It broke.")
        self.process(receipt)
        self.assertEqual(receipt.state, "cancelled")
        self.assertCancelled(order)

    def test_only_who_decides_may(self):
        receipt = self.make_failed("A-1")
        looker = new_test_user(
            self.env, "looker", "marketplace_order_cancellation.group_marketplace_user"
        )
        with self.assertRaises(AccessError):
            receipt.with_user(looker).action_process_again()
        self.assertEqual(receipt.state, "failed")

    def test_list_offers_it_to_who_decides(self):
        receipts = self.env["marketplace.cancellation.receipt"]
        looker = new_test_user(
            self.env, "looker", "marketplace_order_cancellation.group_marketplace_user"
        )

        def is_offered(user):
            return "action_process_again" in receipts.with_user(user).get_view(None, "list")["arch"]

        self.assertEqual((is_offered(self.seller), is_offered(looker)), (True, False))
        self.account.user_id = looker
        self.assertTrue(is_offered(looker))
        receipt = self.make_failed("A-1")
        self.assertTrue(receipt.with_user(looker).may_decide)
        self.account.user_id = False
        receipt.invalidate_recordset()
        self.assertFalse(receipt.with_user(looker).may_decide)
        self.assertTrue(receipt.with_user(self.seller).may_decide)
