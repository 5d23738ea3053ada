"""Which addresses the server's configuration allows to be called."""

import logging
import os
from unittest.mock import patch

from odoo.tests import tagged

from ..helpers.outbound import OutboundCase

CONFIGURATION_LOGGER = "odoo.addons.marketplace_order_cancellation.models.outbox.connection"


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
