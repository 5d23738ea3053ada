"""Whatever a marketplace answers is read as an order or a list, or refused with ValueError."""

from unittest import TestCase, skipUnless

from ...tools.inbound.cancellation_request import flaw_of_id
from ...tools.inbound.marketplace_order import ASKED_FOR, CANCELLED, MarketplaceOrder, OrderList
from ..helpers.random_examples import RandomCase, given, st
from ..helpers.random_json import json_texts, json_values


@skipUnless(given, "hypothesis is not installed")
class TestAnyOrder(RandomCase, TestCase):
    def test_arbitrary_text(self):
        self.for_all(st.text('{}[]":,\\u0dN1 orderIdstatus') | st.text(), self.check, 100)

    def test_arbitrary_json(self):
        self.for_all(json_texts(json_values()), self.check, 100)

    def test_arbitrary_values_of_the_known_members(self):
        values = json_values(max_leaves=3)

        def members(*names):
            return values | st.fixed_dictionaries({}, optional=dict.fromkeys(names, values))

        ways = ("id", "reason", "Reason", "cancellationRequestDate", "deniedBySeller")
        data = ("cancellationRequestId", "cancellationDate", "Reason", "RequestedByUser")
        orders = st.fixed_dictionaries(
            {"status": st.sampled_from((*ASKED_FOR, *CANCELLED, "handling")) | values},
            optional={
                "orderId": st.just("1") | values,
                "orderGroup": values,
                "cancellationData": members(*data),
                "cancellationRequests": values | st.lists(members(*ways), max_size=3),
            },
        )
        self.for_all(json_texts(orders), self.check, 100)

    def test_arbitrary_lists(self):
        values = json_values(max_leaves=3)
        numbers = st.integers() | values
        lists = st.fixed_dictionaries(
            {
                "list": values | st.lists(st.fixed_dictionaries({"orderId": values})),
                "paging": values
                | st.fixed_dictionaries({"pages": numbers, "currentPage": numbers}),
            }
        )
        self.for_all(json_texts(lists), self.check_list, 100)

    def check(self, text):
        self.check_list(text)
        try:
            order = MarketplaceOrder.from_text(text, "1")
        except ValueError:
            return
        self.assertEqual(order.order_id, "1")
        self.assertEqual(order.is_cancelled, order.status in CANCELLED)
        if order.status in (*ASKED_FOR, *CANCELLED):
            self.assertTrue(order.requests)
        for asked in order.requests:
            self.assertEqual(asked.is_fact, order.is_cancelled)
            self.assertEqual(asked.marketplace_order_id, "1")
            if asked.cancellation_request_id is not None:
                self.assertIsNone(flaw_of_id(asked.cancellation_request_id))
            for said in (asked.reason or "", asked.marketplace_order_group or ""):
                self.assertNotIn("\x00", said.encode().decode())

    def check_list(self, text):
        try:
            page = OrderList.from_text(text)
        except ValueError:
            return
        for listed in page.orders:
            self.assertIsNone(flaw_of_id(listed.order_id))
