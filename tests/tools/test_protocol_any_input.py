"""Whatever comes in, the outcome is a request that can be stored, or a Problem."""

import json
from unittest import TestCase, skipUnless

from ...tools.inbound.cancellation_request import MAX_ID_LENGTH, CancellationRequest
from ...tools.inbound.problem import INVALID_FIELD, NOT_JSON, Problem
from ..helpers.random_examples import RandomCase, given, st
from ..helpers.random_json import json_bytes, json_values, texts

FIELDS = (
    "marketplaceOrderId", "marketplaceOrderGroup", "cancellationRequestId",
    "cancellationRequestDate", "reason", "requestedByUser",
)  # fmt: skip


@skipUnless(given, "hypothesis is not installed")
class TestAnyInput(RandomCase, TestCase):
    def test_arbitrary_bytes(self):
        self.assertEqual(self.outcomes(st.binary(max_size=200)), {"problem"})

    def test_arbitrary_text(self):
        punctuation = st.text('{}[]":,\\u0dN1 marketplaceOrderId').map(str.encode)
        self.assertEqual(self.outcomes(punctuation), {"problem"})

    def test_arbitrary_json(self):
        self.assertEqual(self.outcomes(json_bytes(json_values())), {"problem"})

    def test_arbitrary_values_of_the_known_fields(self):
        values = json_values()
        documents = st.fixed_dictionaries(
            {"marketplaceOrderId": texts().filter(str.strip) | values},
            optional=dict.fromkeys(FIELDS[1:], values),
        )
        self.assertEqual(self.outcomes(json_bytes(documents)), {"problem", "request"})

    def test_arbitrary_dates(self):
        near_dates = st.text("0123456789-+:.,TZW ", max_size=40) | st.from_regex(
            r"\d{4}-?(\d\d|W\d)-?\d\d?[T ]\d\d:?\d\d:?\d\d([.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)?",
            fullmatch=True,
        )
        documents = near_dates.map(
            lambda text: {"marketplaceOrderId": "1", "cancellationRequestDate": text}
        )
        self.assertEqual(self.outcomes(json_bytes(documents)), {"request"})

    def outcomes(self, bodies):
        """Read examples of the strategy ``bodies``; return the kinds of outcome that came."""
        outcomes = set()
        self.for_all(bodies, lambda body: outcomes.add(self.outcome(body)), 100, 2000)
        return outcomes

    def outcome(self, body):
        try:
            request = CancellationRequest.from_body(body)
        except Problem as problem:
            self.assertIn(problem.kind, (NOT_JSON, INVALID_FIELD))
            self.assertEqual(json.loads(problem.to_json())["status"], 400)
            return "problem"
        self.assertFit(request.marketplace_order_id)
        if request.cancellation_request_id is not None:
            self.assertFit(request.cancellation_request_id)
        self.assertStorable(request.marketplace_order_group)
        self.assertStorable(request.reason)
        self.assertIn(type(request.requested_by_user), (bool, type(None)))
        moment = request.cancellation_request_date
        self.assertTrue(moment is None or (moment.tzinfo, moment.microsecond) == (None, 0))
        return "request"

    def assertFit(self, text):
        self.assertIn(len(text), range(1, MAX_ID_LENGTH + 1))
        self.assertEqual(text, text.strip())
        self.assertStorable(text)

    def assertStorable(self, text):
        """``text`` is None or can be a value in PostgreSQL."""
        if text is not None:
            self.assertNotEqual(text, "")
            self.assertNotIn("\x00", text)
            self.assertEqual(text.encode("utf-8").decode("utf-8"), text)
