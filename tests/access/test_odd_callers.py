"""Callers' addresses as proxies write them: some with a port, some with what the caller says."""

from odoo.tests import BaseCase, tagged
from odoo.tools import config, mute_logger

from ...tools.arrival import plain_address
from ...tools.network import source_group
from ..helpers.common import ADMISSION_LOGGER, EndpointCase


class TestSource(BaseCase):
    def test_another_port_is_no_other_source_of_calls(self):
        groups = {source_group(plain_address(f"203.0.113.9:{port}")) for port in range(9000, 9010)}
        self.assertEqual(groups, {source_group("203.0.113.9")})


@tagged("post_install", "-at_install")
class TestBehindAProxy(EndpointCase):
    def setUp(self):
        super().setUp()
        self.patch(config, "options", {**config.options, "proxy_mode": True})

    def from_address(self, forwarded, **headers):
        forwarding = {"X-Forwarded-For": forwarded, "X-Forwarded-Host": "seller.example"}
        with mute_logger(ADMISSION_LOGGER):
            return self.call("959311095", headers=forwarding | headers)

    def test_allowed_address_with_a_port(self):
        self.account.allowed_networks = "192.0.2.7 2001:db8::/32"
        for forwarded in ("192.0.2.7:50123", "[2001:db8::1]:443"):
            with self.subTest(forwarded):
                self.assertEqual(self.from_address(forwarded).status_code, 404)
        self.assertEqual(self.from_address("192.0.2.8:50123").status_code, 403)
        self.assertEqual(self.from_address("192.0.2.7:x").status_code, 403)

    def test_garbage_is_kept_short(self):
        self.assertEqual(self.from_address("\x1b[2J" + "x" * 5000).status_code, 404)
        address = self.receipts("959311095").delivery_ids.remote_address
        self.assertTrue(address.isprintable())
        self.assertEqual(len(address), 63)
