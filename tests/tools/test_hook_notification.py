"""What the Orders hook tells, in plain Python."""

import json
from unittest import TestCase, skipUnless

from ...tools.inbound.cancellation_request import flaw_of_id
from ...tools.inbound.notification import CANCELLATION_STATES, Notification
from ...tools.inbound.problem import INVALID_FIELD, NOT_JSON, Problem
from ..helpers.random_examples import RandomCase, given, st
from ..helpers.random_json import json_bytes, json_values

#: As in the guide "Feed v3".
DOCUMENTED = {
    "Domain": "Marketplace",
    "OrderId": "v40484048naf-01",
    "State": "payment-approved",
    "LastChange": "2019-07-29T23:17:30.0617185Z",
    "Origin": {"Account": "accountABC", "Key": "vtexappkey-keyEDF"},
}


def read(document):
    return Notification.from_body(json.dumps(document).encode())


class TestNotification(TestCase):
    def test_what_is_read(self):
        for document, expected in (
            (DOCUMENTED, Notification("v40484048naf-01", "payment-approved")),
            ({"orderId": "1", "state": "cancel"}, Notification("1", "cancel")),
            ({"ORDERID": "1", "State": " cancel\x00 "}, Notification("1", "cancel")),
            ({"OrderId": "1", "orderid": "2", "State": "x"}, Notification("1", "x")),
            ({"OrderId": None, "orderid": "2", "State": "x"}, Notification("2", "x")),
            ({"hookConfig": "ping"}, Notification(None)),
            ({"HookConfig": "ping", "more": [1]}, Notification(None)),
            ({"hookConfig": "ping", "OrderId": "1", "State": "x"}, Notification("1", "x")),
        ):
            with self.subTest(document):
                self.assertEqual(read(document), expected)

    def test_what_is_refused(self):
        for document, kind, field in (
            ([DOCUMENTED], NOT_JSON, None),
            ("ping", NOT_JSON, None),
            ({}, INVALID_FIELD, "OrderId"),
            ({"hookConfig": "pong"}, INVALID_FIELD, "OrderId"),
            ({"hookConfig": True}, INVALID_FIELD, "OrderId"),
            ({"hookConfig": "ping", "OrderId": ""}, INVALID_FIELD, "OrderId"),
            ({"OrderId": "", "State": "x"}, INVALID_FIELD, "OrderId"),
            ({"OrderId": 1, "State": "x"}, INVALID_FIELD, "OrderId"),
            ({"OrderId": "..", "State": "x"}, INVALID_FIELD, "OrderId"),
            ({"OrderId": "x" * 129, "State": "x"}, INVALID_FIELD, "OrderId"),
            ({"OrderId": "1"}, INVALID_FIELD, "State"),
            ({"OrderId": "1", "State": 7}, INVALID_FIELD, "State"),
            ({"OrderId": "1", "State": " \x00"}, INVALID_FIELD, "State"),
        ):
            with self.subTest(document):
                with self.assertRaises(Problem) as caught:
                    read(document)
                self.assertEqual(caught.exception.kind, kind)
                self.assertEqual(caught.exception.extensions.get("field"), field)

    def test_states_that_concern_cancellations(self):
        for state, concerns in {
            "request-cancel": True,
            "waiting-for-seller-decision": True,
            "cancellation-requested": True,
            "cancel": True,
            "canceled": True,
            "handling": False,
            "window-to-cancel": False,
            "invoiced": False,
        }.items():
            with self.subTest(state):
                self.assertIs(Notification("1", state).concerns_cancellation, concerns)
                self.assertIs(state in CANCELLATION_STATES, concerns)
        self.assertFalse(Notification(None).concerns_cancellation)


@skipUnless(given, "hypothesis is not installed")
class TestAnyNotification(RandomCase, TestCase):
    def test_arbitrary_bytes(self):
        self.for_all(st.binary(max_size=200), self.check, 100)

    def test_arbitrary_json(self):
        self.for_all(json_bytes(json_values()), self.check, 100)

    def test_arbitrary_values_of_the_known_members(self):
        values = json_values(max_leaves=3)
        documents = st.fixed_dictionaries(
            {},
            optional={
                "OrderId": st.just("1") | values,
                "orderId": values,
                "State": st.just("cancel") | values,
                "hookConfig": st.just("ping") | values,
            },
        )
        self.for_all(json_bytes(documents), self.check, 100)

    def check(self, body):
        try:
            notification = Notification.from_body(body)
        except Problem as problem:
            self.assertIn(problem.kind, (NOT_JSON, INVALID_FIELD))
            return
        self.assertNotIn("\x00", notification.state.encode().decode())
        if notification.order_id is None:
            self.assertEqual(notification, Notification(None))
        else:
            self.assertIsNone(flaw_of_id(notification.order_id))
            self.assertTrue(notification.state)
