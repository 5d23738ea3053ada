"""Callers with the right credentials are let in only from where, and while, the account wants
it."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from ..helpers.common import ADMISSION_LOGGER, EndpointCase


@tagged("post_install", "-at_install")
class TestAdmission(EndpointCase):
    """The tests call from 127.0.0.1."""

    def assertElsewhere(self, response):
        self.assertProblem(response, 403, "address-not-allowed")
        self.assertFalse(self.receipts("959311095"))

    def refused(self, **call):
        with mute_logger(ADMISSION_LOGGER):
            return self.call("959311095", **call)

    def test_from_an_allowed_network(self):
        for allowed in ("127.0.0.1", "192.0.2.0/24 127.0.0.0/8", "::1\n127.0.0.1/32", " "):
            with self.subTest(allowed):
                self.account.allowed_networks = allowed
                self.assertEqual(self.call("959311095").status_code, 404)

    def test_call_from_an_address_that_is_not_allowed_is_refused(self):
        self.account.allowed_networks = "192.0.2.0/24, ::1"
        self.assertElsewhere(self.refused())

    def test_it_is_told_to_the_administrator_without_the_token(self):
        self.account.allowed_networks = "192.0.2.0/24"
        with self.assertLogs(ADMISSION_LOGGER, "WARNING") as logged:
            self.call("959311095")
        self.assertIn("right credentials from 127.0.0.1", logged.output[0])
        self.assertNotIn(self.app_token, str(logged.output))

    def test_forged_address_is_not_believed(self):
        """Without a proxy in front, the headers that one adds are the caller's own words."""
        self.account.allowed_networks = "192.0.2.7"
        forged = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Host": "seller.example"}
        self.patch(config, "options", {**config.options, "proxy_mode": False})
        self.assertElsewhere(self.refused(headers=forged))

    def test_behind_a_proxy(self):
        """The proxy adds whom it sees to what the caller claims: the last one counts."""
        self.patch(config, "options", {**config.options, "proxy_mode": True})
        self.account.allowed_networks = "192.0.2.7 2001:db8::/32"
        for forwarded, status in {
            "192.0.2.7": 404,
            "2001:db8::1": 404,
            "203.0.113.9": 403,
            "192.0.2.7, 203.0.113.9": 403,
            "203.0.113.9, 192.0.2.7": 404,
        }.items():
            with self.subTest(forwarded):
                headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Host": "seller.example"}
                self.assertEqual(self.refused(headers=headers).status_code, status)

    def test_what_is_no_network_cannot_be_entered(self):
        with self.assertRaisesRegex(ValidationError, "example.com"):
            self.account.allowed_networks = "192.0.2.7 example.com"

    def test_paused_account_answers_503_and_settles_nothing(self):
        settled = self.make_order("SETTLED", confirm=True)
        self.call("SETTLED")
        receipt = self.receipts("SETTLED")
        self.account.action_pause()
        order = self.make_order("959311095", confirm=True)
        for name in ("959311095", "SETTLED"):
            response = self.call(name)
            self.assertProblem(response, 503, "unavailable")
            self.assertEqual(response.headers["Retry-After"], "300")
        self.assertFalse(self.receipts("959311095"))
        self.assertUntouched(order)
        self.assertEqual((receipt.state, receipt.delivery_count), ("cancelled", 1))
        self.assertCancelled(settled)
        self.account.action_resume()
        self.assertEqual(self.call("959311095").status_code, 200)
        self.assertEqual(self.call("SETTLED").status_code, 200)

    def test_wrong_callers_do_not_learn_of_it(self):
        wrong = {"X-VTEX-API-AppToken": "wrong"}
        before = self.call("959311095", headers=wrong)
        self.account.action_pause()
        self.account.allowed_networks = "192.0.2.7"
        response = self.call("959311095", headers=wrong)
        self.assertProblem(response, 401, "unauthorized")
        self.assertEqual(response.content, before.content)
