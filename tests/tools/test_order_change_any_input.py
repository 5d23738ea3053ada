"""Whatever comes in, the outcome is a change that can be stored and read back, or a Problem."""

import json
from unittest import TestCase, skipUnless

from ...tools.inbound.cancellation_request import flaw_of_id
from ...tools.inbound.changed_items import MAX_CENTS, MAX_ITEMS, MAX_QUANTITY
from ...tools.inbound.order_change import OrderChange
from ...tools.inbound.problem import INVALID_FIELD, NOT_JSON, Problem
from ..helpers.order_changes import stored_and_read
from ..helpers.random_examples import RandomCase, given, st
from ..helpers.random_json import json_bytes, json_values, texts


@skipUnless(given, "hypothesis is not installed")
class TestAnyInput(RandomCase, TestCase):
    def test_arbitrary_bytes(self):
        self.assertEqual(self.outcomes(st.binary(max_size=200)), {"problem"})

    def test_arbitrary_text(self):
        punctuation = st.text('{}[]":,\\u0dN1 removeitemsidquantity').map(str.encode)
        self.assertEqual(self.outcomes(punctuation), {"problem"})

    def test_arbitrary_json(self):
        self.assertEqual(self.outcomes(json_bytes(json_values())), {"problem"})

    def test_arbitrary_values_of_the_known_members(self):
        self.assertEqual(self.outcomes(json_bytes(self.documents())), {"problem", "change"})

    def documents(self):
        """Changes, nearly changes, and known members with anything."""
        values = json_values(max_leaves=3)
        ids = st.sampled_from(["43", "44", 43]) | texts()
        items = st.fixed_dictionaries(
            {"id": ids, "quantity": st.integers(1, 3) | st.just(2.0) | st.integers()},
            optional={"uniqueId": ids, "price": st.integers() | values, "name": texts()},
        )
        entries = st.fixed_dictionaries({"items": st.lists(items, max_size=3)}) | values
        groups = entries | st.lists(entries, max_size=2)
        exchanges = st.fixed_dictionaries({}, optional={"from": groups, "to": groups}) | values
        return st.fixed_dictionaries(
            {},
            optional={
                "reason": texts() | values,
                "remove": groups,
                "replace": exchanges | st.lists(exchanges, max_size=2),
                "add": groups,
                "agreementType": st.sampled_from(["Acknowledgment", "confirmation"]) | values,
                "changeRequestId": ids,
                "requestId": ids | values,
                "totalChangeValue": st.integers() | values,
            },
        )

    def outcomes(self, bodies):
        """Read examples of the strategy ``bodies``; return the kinds of outcome that came."""
        outcomes = set()
        self.for_all(bodies, lambda body: outcomes.add(self.outcome(body)), 200, 3000)
        return outcomes

    def outcome(self, body):
        try:
            change = OrderChange.from_body(body, "1")
        except Problem as problem:
            self.assertIn(problem.kind, (NOT_JSON, INVALID_FIELD))
            self.assertEqual(json.loads(problem.to_json())["status"], 400)
            return "problem"
        self.assertTrue(change.has_content or change.is_id_given)
        self.assertIsNone(flaw_of_id(change.change_id))
        self.assertIn(change.agreement, ("Acknowledgment", "Confirmation"))
        self.check_items(
            *change.removed,
            *change.added,
            *(item for one in change.replaced for item in (*one.taken, *one.given)),
        )
        stored = json.dumps(change.to_document(), ensure_ascii=False).encode().decode()
        self.assertNotIn("\\u0000", stored)
        self.assertEqual(stored_and_read(change), change)
        if change.has_content:
            self.assertEqual(OrderChange.from_body(body, "1").change_id, change.change_id)
        return "change"

    def check_items(self, *items):
        self.assertLessEqual(len(items), MAX_ITEMS)
        for item in items:
            self.assertIsNone(flaw_of_id(item.sku))
            self.assertTrue(item.unique_id is None or flaw_of_id(item.unique_id) is None)
            self.assertIs(type(item.quantity), int)
            self.assertIn(item.quantity, range(1, MAX_QUANTITY + 1))
            self.assertTrue(item.price is None or abs(item.price) <= MAX_CENTS)
