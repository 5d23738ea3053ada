"""The outbound wire as plain functions: addresses, calls, what follows from an answer."""

from unittest import TestCase

from ...tools.outbound import call
from ...tools.outbound.address import Address, InvalidAddress
from ...tools.outbound.client import Credentials, parse_retry_after
from ...tools.outbound.outcome import (
    FIRST_DELAY,
    FIRST_REST,
    LONGEST_DELAY,
    LONGEST_PAUSE,
    LONGEST_REST,
    SILENT_AFTER,
    Outcome,
    delay,
    outcome,
    rest,
)


class TestAddress(TestCase):
    def test_services_endpoint_as_marketplaces_write_it(self):
        for written, called in {
            "https://lux.example/api/oms": "https://lux.example/api/oms/pvt/orders/1/cancel",
            "https://lux.example/api/oms/": "https://lux.example/api/oms/pvt/orders/1/cancel",
            " lux.example/api/oms ": "https://lux.example/api/oms/pvt/orders/1/cancel",
            "https://lux.example/api/oms?an=lux": (
                "https://lux.example/api/oms/pvt/orders/1/cancel?an=lux"
            ),
            "https://lux.example/api/oms/?an=lux&sc=2": (
                "https://lux.example/api/oms/pvt/orders/1/cancel?an=lux&sc=2"
            ),
            "https://lux.example:8443": "https://lux.example:8443/pvt/orders/1/cancel",
            "http://127.0.0.1:8099/api/oms": "http://127.0.0.1:8099/api/oms/pvt/orders/1/cancel",
            "http://[::1]:8099": "http://[::1]:8099/pvt/orders/1/cancel",
            "http://localhost": "http://localhost/pvt/orders/1/cancel",
        }.items():
            with self.subTest(written):
                self.assertEqual(call.cancel(Address.parse(written), "1", {}).url, called)

    def test_what_is_refused(self):
        for written, problem in {
            "http://lux.example/api/oms": "insecure",
            "http://127.0.0.1.lux.example": "insecure",
            "http://10.0.0.1": "insecure",
            "ftp://lux.example": "scheme",
            "file:///etc/passwd": "scheme",
            "https://": "host",
            "": "host",
            "https://lux.example:port": "host",
            "https://lux.example/a b": "host",
            "https://lux.example/\nHost: evil": "host",
            "https://[::1": "host",
            "https://user:secret@lux.example": "credentials",
        }.items():
            with self.subTest(written):
                with self.assertRaises(InvalidAddress) as caught:
                    Address.parse(written)
                self.assertEqual(caught.exception.problem, problem)

    def test_every_call_keeps_the_query_and_quotes_the_id(self):
        address = Address.parse("https://lux.example/api/oms?an=lux")
        platform = "https://lux.example/api"
        for built, url in (
            (
                call.deny(address, "1/2", {}),
                f"{platform}/orders/pvt/document/1%2F2/deny-cancellation-request?an=lux",
            ),
            (call.invoice(address, "1?2", {}), f"{platform}/oms/pvt/orders/1%3F2/invoice?an=lux"),
            (call.read_order(address, "é#"), f"{platform}/oms/pvt/orders/%C3%A9%23?an=lux"),
        ):
            with self.subTest(url):
                self.assertEqual(built.url, url)

    def test_address_of_a_store(self):
        self.assertEqual(
            str(Address.of_store("mystore")), "https://mystore.vtexcommercestable.com.br/api/oms"
        )
        self.assertEqual(
            str(Address.of_store("mystore", "beta")), "https://mystore.beta.com.br/api/oms"
        )
        for name in ("evil.example/", "a b", "evil.example#", "evil.example?x="):
            with self.subTest(name), self.assertRaises(InvalidAddress):
                Address.of_store(name)


class TestOutcome(TestCase):
    def test_every_status(self):
        later = {408, 425, 429}
        for status in range(200, 600):
            expected = Outcome.FINAL
            if status < 300:
                expected = Outcome.DONE
            elif status >= 500 or status in later:
                expected = Outcome.LATER
            elif status == 401:
                expected = Outcome.REJECTED
            self.assertIs(outcome(status), expected, status)

    def test_delays_double_up_to_the_longest(self):
        delays = [delay(attempts, jitter=lambda: 1) for attempts in range(1, 40)]
        self.assertEqual(delays[:3], [FIRST_DELAY, 2 * FIRST_DELAY, 4 * FIRST_DELAY])
        self.assertEqual(delays[-1], LONGEST_DELAY)
        self.assertEqual(delays, sorted(delays))

    def test_jitter_takes_off_up_to_half(self):
        self.assertEqual(delay(2, jitter=lambda: 0), FIRST_DELAY)
        self.assertEqual(delay(2, jitter=lambda: 1), 2 * FIRST_DELAY)
        self.assertGreater(len({delay(5) for _attempt in range(50)}), 40)

    def test_never_earlier_than_the_marketplace_asks(self):
        for jitter in (0, 0.5, 1):
            self.assertGreaterEqual(delay(1, 3600, jitter=lambda value=jitter: value), 3600)
        self.assertEqual(delay(1, 0, jitter=lambda: 1), FIRST_DELAY)
        self.assertEqual(delay(1, 10**12, jitter=lambda: 0), LONGEST_PAUSE)


class TestRest(TestCase):
    def test_after_so_many_unanswered_calls_in_a_row(self):
        for answered in range(SILENT_AFTER):
            tries = [0.0] * SILENT_AFTER
            tries[answered] = None
            self.assertIsNone(rest(tries))
        self.assertIsNone(rest([0.0] * (SILENT_AFTER - 1)))
        self.assertEqual(rest([0.0] * SILENT_AFTER), FIRST_REST)
        self.assertEqual(rest([0.0] * SILENT_AFTER + [None]), FIRST_REST)

    def test_twice_as_long_each_time_up_to_the_longest(self):
        rests, tries = [], [0.0] * SILENT_AFTER
        for _time in range(8):
            rests.append(rest(tries))
            tries.insert(0, float(rests[-1]))
        self.assertEqual(rests[:3], [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST])
        self.assertEqual(rests[-2:], [LONGEST_REST, LONGEST_REST])


class TestRetryAfter(TestCase):
    def test_seconds_and_dates(self):
        for value, seconds in {
            None: None,
            "": None,
            "120": 120,
            " 0 ": 0,
            "-5": None,
            "1.5": None,
            "soon": None,
            "²": None,
            "9" * 400: 999999999,
            "Thu, 01 Jan 1970 00:01:40 GMT": 40,
            "Thu, 01 Jan 1970 00:00:00 GMT": 0,
            "Thu, 99 Jan 1970 00:00:00 GMT": None,
        }.items():
            with self.subTest(value):
                self.assertEqual(parse_retry_after(value, now=60), seconds)


class TestCredentials(TestCase):
    def test_no_secret_when_shown(self):
        self.assertNotIn("s3cret", f"{Credentials('key', 's3cret')!r}")
