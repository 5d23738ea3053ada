"""The ``Authorization`` header is read before anybody is known: reading it is cheap."""

import time
from unittest import TestCase
from unittest.mock import patch

from ...tools.inbound import credentials
from ...tools.inbound.credentials import MAX_AUTHORIZATION, Credentials

#: What is repeated to make a header that is slow to read.
NASTY = ("a", "a ", "a=", 'a="', '"', '" ', "a,", " =", 'a="b', 'key="k" ', "é=", "=\t")


def read(parameters):
    return Credentials.from_http({"Authorization": f"VTEX {parameters}"}, {})


def seconds(parameters, repeats=5):
    """The processor time of one reading: the shortest of several."""
    spent = []
    for _repeat in range(repeats):
        started = time.process_time()
        read(parameters)
        spent.append(time.process_time() - started)
    return min(spent)


class TestCost(TestCase):
    def test_cost_does_not_grow_with_the_header(self):
        """The longest header that Odoo takes costs no more than the longest that is read."""
        for piece in NASTY:
            with self.subTest(piece):
                self.assertLess(seconds(piece * (60_000 // len(piece))), 0.005)

    def test_cost_of_what_is_read_grows_with_its_length_alone(self):
        """Sixteen times the length is no more than some sixteen times the work, and not 256."""
        for piece in NASTY:
            with self.subTest(piece), patch.object(credentials, "MAX_AUTHORIZATION", 10_000_000):
                short, long = (seconds(piece * number) for number in (20_000, 320_000))
                self.assertLess(long / short, 80)


class TestReading(TestCase):
    def test_pairs_among_other_things(self):
        for parameters, expected in (
            ('key="k" token="t"', ("k", "t")),
            ('  key = "k" ,\ttoken\t=\t"t"  ', ("k", "t")),
            ('realm="a b", key="k",token="t",x="y"', ("k", "t")),
            ('key="k"token="t"', ("k", "t")),
            ('KEY="k" Token="t"', ("k", "t")),
            ('junk key="k" token="t" junk', ("k", "t")),
            ('key="" token=""', ("", "")),
            ('key="a=b, c" token="t=="', ("a=b, c", "t==")),
            ('key="k" token="t', ("k", None)),
            ('key="k" token=t', ("k", None)),
            ('key "k" ="t"', (None, None)),
            ('key=x"k"', (None, None)),
            ("", (None, None)),
        ):
            with self.subTest(parameters):
                self.assertEqual(read(parameters), Credentials(*expected))

    def test_longest(self):
        fixed = 'key="k" token=""'
        token = "t" * (MAX_AUTHORIZATION - len(fixed))
        self.assertEqual(read(f'key="k" token="{token}"'), Credentials("k", token))
        self.assertEqual(read(f'key="k" token="{token}t"'), Credentials(None, None))
