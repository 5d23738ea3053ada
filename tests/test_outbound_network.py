"""Which addresses are of the internet, and which the server's configuration allows besides."""

import logging
import os
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools.outbound.network import is_public
from .outbound import OutboundCase

CONFIGURATION_LOGGER = (
    "odoo.addons.marketplace_order_cancellation.models.marketplace_account_sending"
)


class TestPublic(BaseCase):
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


@tagged("post_install", "-at_install")
class TestConfiguration(OutboundCase):
    def setUp(self):
        super().setUp()
        self.call = self.cancelled_here(self.order_of_three("O-1"))

    def send_from(self, networks):
        self.allow(networks)
        self.make_due(self.call)
        self.send()

    def test_this_machine_is_not_called_unless_it_is_allowed(self):
        for networks in (None, False, "", "10.0.0.0/8", "::1"):
            with self.subTest(networks):
                self.send_from(networks)
                self.assertEqual(self.call.state, "pending")
                self.assertIn("marketplace_outbound_networks", self.call.error)
        self.assertFalse(self.marketplace.received)
        self.send_from("192.0.2.0/24, 127.0.0.1")
        self.assertEqual(self.call.state, "sent")

    def test_environment_goes_first(self):
        self.allow("10.0.0.0/8")
        with patch.dict(os.environ, {"MARKETPLACE_OUTBOUND_NETWORKS": "127.0.0.1"}):
            self.send()
        self.assertEqual(self.call.state, "sent")

    def test_what_names_no_network_allows_none(self):
        with self.assertLogs(CONFIGURATION_LOGGER, "ERROR") as logs:
            self.send_from("127.0.0.1 everything")
        self.assertIn("names no networks", logs.output[0])
        self.assertFalse(self.marketplace.received)

    def test_servers_log_says_what_people_are_not_told(self):
        with self.assertLogs(CONFIGURATION_LOGGER, logging.INFO) as logs:
            self.send_from("")
        self.assertIn("No answer from marketplace test-market: forbidden", logs.output[0])
        self.assertNotIn("forbidden", self.call.error)

    def test_doubtful_request_is_not_looked_up_there(self):
        receipt = self.ask(self.order_of_three("O-2", done=1))
        self.allow("")
        with self.assertRaisesRegex(Exception, "There was no answer"):
            receipt.action_ask_marketplace()
        self.assertFalse(self.marketplace.received)
