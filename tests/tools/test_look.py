"""What a marketplace says of an order before its goods leave, and asking many at once."""

import json
import threading
import time
from unittest import TestCase
from unittest.mock import patch

from ...tools.outbound import together
from ...tools.outbound.call import Call
from ...tools.outbound.client import Reply
from ...tools.outbound.look import Look, look, text_of_look
from ...tools.outbound.together import send_together
from ...tools.recently import Recently
from ..helpers.client import CREDENTIALS, OWN
from ..helpers.stub_marketplace import StubMarketplace


class Words:
    """Translates nothing."""

    def _(self, text, *args, **values):
        return text % (args or values)


def said(status, document):
    return look(Reply(status, json.dumps(document)), "L-1")[0]


class TestLook(TestCase):
    def test_what_the_answer_means(self):
        asked = [{"id": "r-1", "deniedBySeller": False}]
        denied = [{"id": "r-1", "deniedBySeller": True}]
        for expected, status, document in (
            (Look.GOES_ON, 200, {"status": "handling"}),
            (Look.GOES_ON, 200, {"status": "invoiced", "orderId": "L-1"}),
            (Look.GOES_ON, 200, {"status": "handling", "cancellationRequests": denied}),
            (Look.CANCELLED, 200, {"status": "canceled"}),
            (Look.CANCELLED, 200, {"status": "cancel", "cancellationRequests": denied}),
            (Look.ASKED_FOR, 200, {"status": "handling", "cancellationRequests": asked}),
            (Look.ASKED_FOR, 200, {"status": "cancellation-requested"}),
            (Look.SILENT, 200, {"status": "handling", "orderId": "L-2"}),
            (Look.SILENT, 200, {}),
            (Look.GOES_ON, 404, {}),
            (Look.NOT_ALLOWED, 401, {}),
            (Look.NOT_ALLOWED, 403, {}),
            (Look.SILENT, 400, {}),
            (Look.SILENT, 307, {}),
            (Look.SILENT, 429, {}),
            (Look.SILENT, 500, {"status": "handling"}),
        ):
            with self.subTest(status=status, document=document):
                self.assertEqual(said(status, document), expected)
        self.assertEqual(look(None, "L-1"), (Look.SILENT, None))

    def test_requests_come_along(self):
        document = {"status": "handling", "cancellationRequests": [{"id": "a"}, {"id": "b"}]}
        _found, order = look(Reply(200, json.dumps(document)), "L-1")
        self.assertEqual([own.cancellation_request_id for own in order.requests], ["a", "b"])

    def test_each_text_names_transfer_marketplace_and_order(self):
        texts = {
            text_of_look(Words(), found, "OUT/1", "Lux", "L-1")
            for found in (Look.CANCELLED, Look.ASKED_FOR, Look.NOT_ASKED, Look.SILENT)
        }
        self.assertEqual(len(texts), 4)
        for text in texts:
            for name in ("OUT/1 was not validated: ", "Lux", "L-1"):
                self.assertIn(name, text)


class TestTogether(TestCase):
    def setUp(self):
        super().setUp()
        self.stub = self.enterContext(StubMarketplace())

    def ask(self, numbers, seconds=5.0, stub=None):
        url = (stub or self.stub).url
        return {n: (Call("GET", f"{url}/orders/{n}"), CREDENTIALS) for n in numbers}, OWN, seconds

    def test_all_answers_come_at_once(self):
        self.stub.orders.update({str(number): "handling" for number in range(40)})
        replies = send_together(*self.ask(range(40)))
        self.assertEqual(set(replies), set(range(40)))
        self.assertEqual({reply.status for reply in replies.values()}, {200})
        self.assertEqual(len(self.stub.received), 40)

    def test_calls_are_made_side_by_side(self):
        together_there = threading.Barrier(together.AT_ONCE, timeout=5)

        def meet():
            together_there.wait()
            return 200, {}, {}

        self.stub.answers.extend([meet] * together.AT_ONCE)
        self.assertEqual(len(send_together(*self.ask(range(together.AT_ONCE)))), together.AT_ONCE)

    def test_what_is_late_is_left_out_and_nothing_goes_on(self):
        over = threading.Event()
        self.addCleanup(over.set)

        def never():
            over.wait(20)

        self.stub.answers.extend([never] * 16)
        began, before = time.monotonic(), threading.active_count()
        self.assertEqual(send_together(*self.ask(range(50), 0.5)), {})
        self.assertLess(time.monotonic() - began, 2)
        over.set()
        deadline = time.monotonic() + 5
        while threading.active_count() > before and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertLessEqual(threading.active_count(), before)
        self.assertIn(len(self.stub.received), range(1, 17))  # the others were not begun

    def test_silent_host_keeps_nobody_from_asking_another(self):
        over = threading.Event()
        self.addCleanup(over.set)
        self.stub.answers.extend([lambda: over.wait(20) and None] * 40)
        with StubMarketplace() as other:
            silent, *_rest = self.ask(range(40))
            answering, *_rest = self.ask(range(100, 105), stub=other)
            replies = send_together(silent | answering, OWN, 2)
        self.assertEqual(set(replies), set(range(100, 105)))

    def test_no_answer_and_no_host(self):
        self.stub.answers.append(None)
        calls, *_rest = self.ask([1])
        calls[2] = Call("GET", "http://127.0.0.1:9/orders/2"), CREDENTIALS
        calls[3] = Call("GET", "http://nowhere.invalid/orders/3"), CREDENTIALS
        self.assertEqual(send_together(calls, OWN, 5), {})
        self.assertEqual(send_together({}, OWN, 5), {})

    def test_forbidden_address_is_not_called(self):
        calls, *_rest = self.ask([1])
        self.assertEqual(send_together(calls, (), 5), {})
        self.assertFalse(self.stub.received)

    def test_whatever_fails_is_no_answer(self):
        with self.assertLogs(together.__name__, "ERROR"):
            self.assertEqual(send_together({1: (Call("GET", "http://x"), None)}, OWN, 5), {})

    def test_system_that_gives_no_thread_is_no_answer(self):
        with patch.object(threading.Thread, "start", side_effect=RuntimeError):
            calls, *_rest = self.ask([1, 2])
            self.assertEqual(send_together(calls, OWN, 0.3), {})
        self.assertFalse(self.stub.received)


class TestRecently(TestCase):
    def test_it_is_kept_for_a_while(self):
        now = self.enterContext(patch.object(time, "monotonic", return_value=100.0))
        recently = Recently(5)
        self.assertFalse(recently.has("a"))
        recently.note("a")
        now.return_value = 104.9
        self.assertTrue(recently.has("a"))
        self.assertFalse(recently.has("b"))
        now.return_value = 105.1
        self.assertFalse(recently.has("a"))
        recently.note("b")
        self.assertEqual(list(recently._until), ["b"])
        recently.forget()
        self.assertFalse(recently.has("b"))
