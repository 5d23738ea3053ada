"""Networks as people write them, and callers' addresses as proxies do."""

from unittest import TestCase

from ...tools.arrival import plain_address
from ...tools.network import is_within, networks


class TestAddresses(TestCase):
    def test_within(self):
        allowed = networks("192.0.2.7, 198.51.100.0/24\n2001:db8::/32;::1")
        for address, within in {
            "192.0.2.7": True,
            "192.0.2.8": False,
            "198.51.100.255": True,
            "198.51.101.0": False,
            "::ffff:192.0.2.7": True,  # as servers that listen on IPv6 tell it
            "::ffff:c000:207": True,
            "::ffff:192.0.2.8": False,
            "2001:db8:ffff::1": True,
            "2001:DB8::1": True,
            "2001:db9::1": False,
            "::1": True,
            "::2": False,
            "": False,
            None: False,
            "unix:": False,
            "192.0.2.7, 203.0.113.1": False,
            "192.0.2.7 ": False,
            "3221225991": False,  # 192.0.2.7 as a number is no address
        }.items():
            with self.subTest(address):
                self.assertEqual(is_within(address, allowed), within)

    def test_nothing(self):
        for text in (None, False, "", " \n", " , "):
            self.assertEqual(networks(text), ())
        self.assertFalse(is_within("192.0.2.7", ()))

    def test_wrong(self):
        for text in (
            "192.0.2", "192.0.2.256", "192.0.2.7/24", "192.0.2.0/33", "example.com", "*",
            "2001:db8::/129", "2001:db8::1/32", "192.0.2.7 anything", "192.0.2.1-9",
        ):  # fmt: skip
            with self.subTest(text), self.assertRaises(ValueError):
                networks(text)


class TestPlainAddress(TestCase):
    def test_port_is_left_out(self):
        for text, expected in (
            (None, None),
            ("", ""),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:50123", "192.0.2.7"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
            ("unknown", "unknown"),
            ("_hidden:80", "_hidden:80"),
        ):
            with self.subTest(text):
                self.assertEqual(plain_address(text), expected)

    def test_what_is_no_address_is_kept_short(self):
        self.assertEqual(plain_address("\x1b[31m1\x00\u202e2\r\n é"), "[31m12")
        self.assertEqual(len(plain_address("x" * 60_000)), 64)
