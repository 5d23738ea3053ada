"""Random orders, random work in the warehouse, and then the marketplace cancels.

Whatever was done before: an accepted cancellation leaves nothing open and nothing stranded, and a
refused one makes no difference. ``./dev test --long`` tries more stories, and other ones each time.
"""

from collections import Counter
from contextlib import closing
from unittest import skipUnless

from odoo.tests import tagged

from ...tools.decision import Facts
from ..helpers.random_examples import given
from ..helpers.stories import POLICIES, ShopCase, Story


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestAnyStory(ShopCase):
    def test_accepted_cancellation_leaves_nothing_open(self):
        self.for_all_stories(self.check_accepted, examples=15)

    def test_return_that_waits_for_what_has_left_for_another_line(self):
        """Odoo reserves nothing for it; what it is to bring lies there for the other line."""
        deeds = [("transfer_only", False, 0, 1), ("transfer", False, 0, 3)]
        lines = [(0, 1, False), (0, 2, True)]
        policy = {name: choices[0] for name, choices in POLICIES.items()}
        story = Story("two", 500, lines, [], [*deeds, ("give_back", False, 0, 1)], policy)
        self.check_accepted(story, *self.play(story))

    def check_accepted(self, story, order, other):
        moves, stock, condition_of_other = self.moves(order), self.stock(), self.condition(other)
        self.check_reserved()
        self.check_untouched(order)
        receipt = self.cancel(order)
        self.env.invalidate_all()
        moves |= order.order_line.move_ids
        announced = self.announced(moves).picking_id - receipt.return_picking_ids
        self.assertEqual(order.state, "cancel")
        still_open = self.open_moves(moves - (announced | receipt.return_picking_ids).move_ids)
        self.assertFalse(still_open)
        self.check_reserved()
        self.assertEqual(self.stock(), stock)
        self.assertEqual(self.condition(other), condition_of_other)
        self.check_repeats(order)
        self.validate(receipt.return_picking_ids)
        self.check_everything_is_back(announced, other)
        if other and self.enough_for_other(story):
            self.assertFalse(self.finish(other))

    def check_untouched(self, order):
        """Of an order that counts as untouched, looking closely finds nothing else."""
        if order._untouched_with_moves():
            receipt = self.env["marketplace.cancellation.receipt"].new(
                {"account_id": self.account.id}
            )
            facts = order._cancellation_facts(receipt, order.browse(), untouched={})
            self.assertEqual(facts, Facts(order_known=True))

    def check_repeats(self, order):
        """The same request gets the same answer; another one is confirmed as well."""
        answer = self.request_cancellation("CANCELLED")
        self.assertConfirmation(answer, order)
        self.assertEqual(self.request_cancellation("CANCELLED"), answer)
        another = self.request_cancellation("CANCELLED", cancellationRequestId="another")
        self.assertConfirmation(another, order)
        self.assertNotEqual(another, answer)

    def check_everything_is_back(self, announced, other):
        """With the returns done, only what the other order has moved is not where it was."""
        announced.move_ids._action_assign()
        # What was announced before, and went on nevertheless, is not there to be returned.
        for back in announced.filtered(lambda back: back.state == "assigned"):
            self.ship(back)
        expected = Counter(self.stock_at_first)
        expected.update(self.carried(other))
        self.assertEqual(self.stock(), {key: expected[key] for key in expected if expected[key]})
        self.check_reserved()

    def enough_for_other(self, story):
        """Whether there was stock for all of it, and it was not given up in part."""
        wanted = Counter()
        for number, quantity, dozens in story.other:
            wanted[number] += quantity * (12 if dozens else 1)
        given_up = any(name == "transfer_only" and to_other for name, to_other, *_ in story.deeds)
        return max(wanted.values()) <= story.stock and not given_up

    def test_refused_cancellation_changes_nothing(self):
        self.for_all_stories(self.check_refused, examples=10)

    def check_refused(self, _story, order, other):
        """All ends as it would have done if the marketplace had not asked."""
        order.action_lock()
        self.account.on_locked = "ask"
        with closing(self.env.cr.savepoint()):
            expected = self.ending(order, other)
        condition = self.condition(order)
        receipt = self.ask(order)
        self.assertEqual(self.condition(order), condition)
        receipt.action_refuse("Too late.")
        self.assertEqual(self.condition(order), condition)
        self.assertEqual(self.ending(order, other), expected)

    def ending(self, order, other):
        """What is where once all is done that can be done."""
        self.finish(order)
        self.finish(other)
        self.env.invalidate_all()
        return (
            self.stock(),
            self.stock("reserved_quantity"),
            (order | other).order_line.mapped("qty_delivered"),
        )
