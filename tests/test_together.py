"""Requests that wait for the same goods are settled together by whoever has its turn."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import marketplace_cancellation_together as together
from ..tools.inbound.cancellation_request import CancellationRequest
from .common import SERVICE_LOGGER
from .warehouse import WarehouseCase

AT_ONCE_LOGGER = SERVICE_LOGGER.replace("_service", "_at_once")


@tagged("post_install", "-at_install")
class TestTogether(WarehouseCase):
    def batches(self, poisoned=None):
        """Patch the cancellation: it notes how many come together, and fails for one order."""
        model, sizes = self.env.registry["sale.order"], []
        original = model.action_cancel

        def cancel(orders):
            sizes.append(len(orders))
            if poisoned in orders.mapped("marketplace_order_id"):
                raise UserError(orders.env._("%s is poisoned.", poisoned))
            return original(orders)

        self.patch(model, "action_cancel", cancel)
        return sizes

    def test_others_are_settled_along(self):
        orders = [self.order_of_three(f"T-{number}") for number in range(3)]
        waiting = [self.register(f"T-{number}") for number in (1, 2)]
        sizes = self.batches()
        self.cancel_asking_nobody(orders[0])
        self.assertEqual(sizes, [3])
        for order in orders:
            self.assertCancelled(order)
            said = [text for text in self.chatter(order) if "cancelled this order" in text]
            self.assertEqual(said, ["Test Market cancelled this order."])
        self.assertEqual([receipt.state for receipt in waiting], ["cancelled"] * 2)
        self.assertEqual(self.on_hand(), (100, 0))

    def test_they_find_their_answers(self):
        orders = [self.order_of_three(f"T-{number}") for number in range(2)]
        waiting = self.register("T-1")
        self.cancel_asking_nobody(orders[0])
        self.assertFalse(waiting.delivery_ids)  # it is not answered yet
        answer = self.request_cancellation("T-1")
        self.assertConfirmation(answer, orders[1])
        self.assertEqual(len(waiting.delivery_ids), 1)
        self.assertEqual(waiting.answer_body, answer.body)

    def test_poisoned_one_harms_nobody_else(self):
        orders = [self.order_of_three(f"T-{number}") for number in range(2)]
        waiting = self.register("T-1")
        sizes = self.batches(poisoned="T-1")
        self.cancel_asking_nobody(orders[0])
        self.assertEqual(sizes, [2, 1])
        self.assertCancelled(orders[0])
        self.assertUntouched(orders[1])
        self.assertEqual(waiting.state, "received")
        with mute_logger(SERVICE_LOGGER):
            self.assertEqual(self.request_cancellation("T-1").status, 500)
        self.assertEqual((waiting.state, waiting.error), ("failed", "T-1 is poisoned."))

    def test_poisoned_one_fails_alone_when_it_has_its_turn(self):
        orders = [self.order_of_three(f"T-{number}") for number in range(2)]
        waiting = self.register("T-1")
        self.batches(poisoned="T-0")
        with mute_logger(SERVICE_LOGGER):
            self.assertEqual(self.request_cancellation("T-0").status, 500)
        self.assertUntouched(orders[0])
        self.assertUntouched(orders[1])
        self.assertEqual(waiting.state, "received")

    def test_what_fails_after_the_cancellation_of_another_harms_nobody_else(self):
        orders = [self.order_of_three(f"T-{number}") for number in range(2)]
        waiting = self.register("T-1")
        service = self.env.registry["marketplace.cancellation.service"]
        log_changes = service._log_changes

        def fail_in_company(service):
            if waiting.with_env(service.env).state == "cancelled":
                raise UserError(service.env._("T-1 is poisoned."))
            return log_changes(service)

        self.patch(service, "_log_changes", fail_in_company)
        self.cancel_asking_nobody(orders[0])
        self.assertCancelled(orders[0])
        self.assertUntouched(orders[1])
        self.assertEqual(waiting.state, "received")

    def test_what_is_settled_does_not_become_a_failure(self):
        order = self.order_of_three("T-0")
        answer = self.request_cancellation("T-0")
        model, calls = self.env.registry["marketplace.cancellation.receipt"], []
        record_delivery = model._record_delivery

        def fail_at_first(receipt, *args, **values):
            calls.append(receipt)
            if len(calls) < 3:  # at once, and in its turn
                raise UserError(receipt.env._("The disk is full."))
            return record_delivery(receipt, *args, **values)

        self.patch(model, "_record_delivery", fail_at_first)
        with mute_logger(SERVICE_LOGGER, AT_ONCE_LOGGER):
            self.assertEqual(self.request_cancellation("T-0"), answer)
        self.assertEqual(self.receipts("T-0").state, "cancelled")
        self.assertCancelled(order)

    def test_who_has_to_be_looked_at_is_left_alone(self):
        first = self.order_of_three("T-0")
        picked, elsewhere = self.order_of_three("T-1"), self.order_of_three("T-2")
        self.order_of_three("T-3", done=1)
        picked.picking_ids.move_ids.picked = True
        cup = self.make_product("Cup")
        self.put_in_stock(cup, 10, self.warehouse)
        other_goods = self.make_order("T-4", confirm=True, product=cup)
        waiting = [self.register(name) for name in ("T-1", "T-3", "T-4", "T-9")]
        waiting.append(self.register("T-2", path_order_id=first.name))  # names two orders
        sizes = self.batches()
        self.cancel_asking_nobody(first)
        self.assertEqual(sizes, [1])
        self.assertEqual({receipt.state for receipt in waiting}, {"received"})
        for order in (picked, elsewhere, other_goods):
            self.assertUntouched(order)

    def test_other_requests_for_the_same_order(self):
        order = self.order_of_three("T-0")
        another = self.register("T-0", cancellation_request_id="r-2")
        self.cancel_asking_nobody(order)
        self.assertEqual(another.state, "received")
        self.assertConfirmation(
            self.request_cancellation("T-0", cancellationRequestId="r-2"), order
        )

    def test_policy_is_asked_for_who_needs_it(self):
        """Having company changes nothing for an order that somebody has worked on."""
        order = self.order_of_three("T-0", done=1)
        self.order_of_three("T-1")
        self.register("T-1")
        with patch.object(self.env.registry["sale.order"], "action_cancel") as cancel:
            self.ask(order)
        cancel.assert_not_called()


@tagged("post_install", "-at_install")
class TestWaitingForOthers(WarehouseCase):
    """Two together cost far less than one after the other: so one waits a moment for another."""

    def wait(self, receipt, waited, *events):
        """Let ``receipt``, which has its turn, wait; ``events`` happen one after the other.

        :return: how often it has looked for others in vain
        """
        events, looks, now = list(events), [], 0.0

        def sleep(seconds):
            nonlocal now
            now += seconds
            looks.append(now)
            if events:
                events.pop(0)()

        clock = SimpleNamespace(monotonic=lambda: now, sleep=sleep)
        with self.own_transactions() as env, patch.object(together, "time", clock):
            self.registering = self.with_registering(env)
            service = env["marketplace.cancellation.service"]
            service._wait_for_others(self.account.with_env(env), receipt.with_env(env), waited)
        return len(looks)

    def with_registering(self, env):
        """Registers a request as another process does."""
        account = self.account.with_env(env)
        return lambda name: env["marketplace.cancellation.receipt"]._find_or_create(
            account, CancellationRequest(name), path_order_id=name
        )

    def setUp(self):
        super().setUp()
        self.patch(together, "_crowd", together._Crowd())
        self.order = self.order_of_three("T-0")
        self.receipt = self.register("T-0")

    def test_nobody_was_met(self):
        self.assertEqual(self.wait(self.receipt, False), 0)

    def test_until_another_comes(self):
        looks = self.wait(
            self.receipt, True, lambda: None, lambda: self.registering("T-1"), self.fail
        )
        self.assertEqual(looks, 2)
        self.assertTrue(together._crowd.met_at >= 0)

    def test_another_is_there_already(self):
        self.register("T-1")
        self.assertEqual(self.wait(self.receipt, True), 0)

    def test_nobody_comes(self):
        looks = self.wait(self.receipt, True)
        self.assertEqual(looks, round(together._PATIENCE / together._LOOK + 0.5))
        self.assertLess(together._crowd.met_at, 0)  # the next one need not wait

    def test_who_was_settled_by_another_lets_the_next_have_its_turn(self):
        self.receipt._set_cancelled(self.order)
        self.assertEqual(self.wait(self.receipt, True, self.fail), 0)
