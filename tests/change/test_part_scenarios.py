"""Every kind of change x every state of its lines x every policy, with real orders.

Each row of the table (``helpers/part_scenarios.py``) says what a change ends with. What a person is
asked about is accepted in the end; the first one under each policy is refused before, which leaves
everything as it was.
"""

from contextlib import closing

from odoo.tests import tagged

from ..helpers.part_scenarios import KINDS, SETTINGS, End, in_words, read_table
from ..helpers.part_states import PartStateCase
from ..helpers.random_examples import LONG

#: What the policy does not matter to: under each further one only in the long form.
WHATEVER_POLICY = ("add", "unknown", "more")
STATES = {"part_cancelled": "done", "part_refused": "refused", "part_evaluating": "asked"}


@tagged("post_install", "-at_install")
class TestPartScenarios(PartStateCase):
    def test_table_is_complete(self):
        table = read_table()
        made = {name.removeprefix("state_") for name in dir(self) if name.startswith("state_")}
        self.assertEqual(table.keys(), made)
        for state, policies in table.items():
            for policy, rows in policies.items():
                self.assertEqual(tuple(rows), KINDS, (state, policy))
            setting = SETTINGS.get(state)
            choices = self.account._fields[setting].get_values(self.env) if setting else [""]
            self.assertEqual(set(policies), set(choices), state)

    def check(self, state, policies):
        order = getattr(self, f"state_{state}")()
        before = self.looks(order)
        left_out = ()
        for policy, rows in policies.items():
            if policy:
                self.account[SETTINGS[state]] = policy
            found, expected = {}, {own: rows[own] for own in KINDS if own not in left_out}
            for kind in expected:
                with closing(self.env.cr.savepoint()):
                    self.ask(order, kind)
                    is_first = not any("asked" in end.decided for end in found.values())
                    decided = self.decide(order, before, is_first)
                    found[kind] = End(decided, *self.looks(order))
                self.env.invalidate_all()
            self.assertEqual(in_words(found), in_words(expected), f"{state} {policy}")
            left_out = () if LONG else WHATEVER_POLICY

    def ask(self, order, kind):
        """Have the marketplace ask for the change, and for its confirmation at once."""
        line = order.order_line[0]
        sku = line.product_id.default_code
        lines = order.order_line.filtered(lambda own: own.product_id == line.product_id)
        ordered = int(sum(lines.mapped("product_uom_qty")))
        bowl = self.items(BOWL=1)
        bodies = {
            "one": {"remove": self.items(**{sku: 1})},
            "line": {"remove": self.items(**{sku: 3})},
            "all": {"remove": self.items(**{sku: ordered, "CUP": 2})},
            "swap": {"replace": [{"from": self.items(**{sku: 1}), "to": bowl}]},
            "add": {"add": bowl},
            "unknown": {"remove": self.items(SPOON=1)},
            "more": {"remove": self.items(**{sku: ordered + 1})},
        }
        answer = self.ask_change("TAB", "Confirmation", **bodies[kind])
        if answer.status == 202:
            self.run_cron("cron_settle_changes")

    def decide(self, order, before, and_refuse):
        """Accept what is asked about, after having refused it and gone back, if so wanted."""
        receipt = self.change_of("TAB")
        decided = STATES[receipt.state]
        if decided == "asked":
            if and_refuse:
                with closing(self.env.cr.savepoint()):
                    self.refuse(order, receipt, before)
                self.env.invalidate_all()
            self.choose_first(receipt)
            receipt.action_accept()
            self.assertEqual(receipt.state, "part_cancelled", receipt.error)
        if receipt.state != "part_cancelled":
            return decided
        end = "whole" if receipt.is_whole_after_all else "done"
        return f"asked:{end}" if decided == "asked" else end

    def refuse(self, order, receipt, before):
        """That leaves all as it was when the marketplace asked."""
        self.assertEqual(self.looks(order), (*before[:-1], "A"))
        receipt.action_refuse("No.")
        self.assertEqual(receipt.state, "part_refused")
        self.assertEqual(self.looks(order), (*before[:-1], "AW"))

    def choose_first(self, receipt):
        """Where several lines may be meant, say that it is the first one."""
        if lines := receipt._candidates():
            receipt._choose_lines({lines[0].id: lines[0].asked})

    # -- What is to be seen -----------------------------------------------------------------------

    def looks(self, order):
        """What a row says after the first two columns."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.ordered(order),
            self.leaves(order),
            self.back(order),
            self.billed(order),
            self.told(order),
        )

    def ordered(self, order):
        """Of each line."""
        if order.state == "cancel":
            return "x"
        words = []
        for line in order.order_line:
            taken = line.marketplace_taken_out
            words.append(f"{line.product_uom_qty:g}" + (f"-{taken:g}" if taken else ""))
        return "+".join(words)

    def leaves(self, order):
        """No line without a quantity is left on a transfer, nor anything reserved beyond it."""
        moves = self.open_moves(order).filtered(lambda move: move._is_outward())
        last = moves.filtered(lambda move: not move.move_dest_ids & moves)
        self.assertFalse([move for move in moves if move.quantity > move.product_uom_qty])
        self.assertFalse([move for move in moves if move.product_qty <= 0])
        products = order.order_line[0].product_id, self.cup, self.bowl
        if products[0].default_code == "SET":
            products = self.product, self.cup, self.bowl
        return self.of_each(last, products)

    def back(self, order):
        moves = self.open_moves(order).filtered(
            lambda move: move.location_dest_id == self.stock_location
        )
        place = "output" if moves.location_id == self.output_location else "customer"
        products = order.order_line[0].product_id, self.cup
        return f"{place}:{self.of_each(moves, products)}" if moves else "-"

    def open_moves(self, order):
        moves = self.moves(order) | order.picking_ids.move_ids
        return moves.filtered(lambda move: move.state not in ("done", "cancel"))

    def of_each(self, moves, products):
        quantities = [
            sum(moves.filtered(lambda move, own=own: move.product_id == own).mapped("product_qty"))
            for own in products
        ]
        return "+".join(f"{quantity:g}" for quantity in quantities)

    def billed(self, order):
        """Documents and their amounts; a credit note is a draft, for an accountant to post."""
        words = []
        for document in order.order_line.invoice_lines.move_id.sorted("id"):
            is_credit = (document.move_type, document.state) == ("out_refund", "draft")
            words.append(f"{'credit' if is_credit else document.state}:{document.amount_total:g}")
        return ",".join(words) or "-"

    def told(self, order):
        """The first letters of the calls about the change that are to be sent."""
        calls = order.outbound_call_ids.sorted("id")
        letters = {"acknowledge": "A", "confirm": "C", "withdraw": "W"}
        return "".join(letters[call.kind] for call in calls if call.kind in letters)


def add_tests():
    """One test for each state, so that a failure names it."""

    def make(state, policies):
        return lambda self: self.check(state, policies)

    for state, policies in read_table().items():
        setattr(TestPartScenarios, f"test_{state}", make(state, policies))


add_tests()
