"""Which addresses are of the internet."""

from unittest import TestCase

from ...tools.outbound.network import is_public


class TestPublic(TestCase):
    def test_internet(self):
        for address in ("192.0.43.7", "8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8"):
            with self.subTest(address):
                self.assertTrue(is_public(address))

    def test_anything_else(self):
        for kind, addresses in {
            "loopback": "127.0.0.1 127.255.255.254 ::1",
            "unspecified": "0.0.0.0 0.1.2.3 ::",
            "private": "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fd00::1 fc00::1",
            "shared": "100.64.0.1 100.127.255.255",
            "link-local": "169.254.169.254 fe80::1 fe80::1%eth0 fec0::1",
            "multicast": "224.0.0.1 239.255.255.255 ff02::1",
            "reserved": "240.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 2001:db8::1 4000::1",
            "mapped": "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1",
            "tunnelled": "2002:7f00:1::1 2002:a00:1::1 2001:0:a00:1::1",
            "translated": "64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::a00:1",
        }.items():
            for address in addresses.split():
                with self.subTest(kind, address=address):
                    self.assertFalse(is_public(address))
