"""How many calls are looked at. What workers share is tested in tests/server/test_limits.py."""

from unittest.mock import patch

from psycopg2.errors import CheckViolation

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ...models.access import admission
from ...models.access.admission import FAILED_CALLS_PARAMETER
from ...tools.network import source_group
from ..helpers.common import EndpointCase
from ..helpers.rates import elapse


@tagged("post_install", "-at_install")
class TestCallRate(TransactionCase):
    def setUp(self):
        super().setUp()
        admission.leases.forget()
        self.addCleanup(admission.leases.forget)
        self.rates = self.env["marketplace.call.rate"]
        self.enterContext(self.enter_registry_test_mode())

    def waits(self, calls, limit=10, key="x"):
        return [self.rates._seconds_to_wait(key, limit) for _call in range(calls)]

    def test_so_many_and_no_more(self):
        self.assertEqual(self.waits(12), [0] * 10 + [6, 6])

    def test_more_after_a_while(self):
        self.waits(12)
        elapse(self.env, 6)
        self.assertEqual(self.waits(2), [0, 6])
        elapse(self.env, 60)
        self.assertEqual(self.waits(11), [0] * 10 + [6])

    def test_a_long_rest_is_not_saved_up(self):
        self.waits(1)
        elapse(self.env, 3600)
        self.assertEqual(self.waits(11), [0] * 10 + [6])

    def test_each_by_itself(self):
        self.waits(12)
        self.assertEqual(self.waits(1, key="y"), [0])

    def test_no_limit(self):
        with self.assertQueryCount(0):
            self.assertEqual(self.waits(100, limit=0), [0] * 100)

    def test_large_limit_asks_seldom(self):
        with self.assertQueryCount(1):
            self.assertEqual(self.waits(60, limit=6000), [0] * 60)

    def test_large_limit_is_kept(self):
        with patch.object(admission.leases, "_duration", 3600):
            waits = self.waits(6001, limit=6000)
        self.assertEqual(waits, [0] * 6000 + [1])

    def test_spent_limit_asks_no_more(self):
        self.waits(11)
        with self.assertQueryCount(0):
            self.assertEqual(self.waits(3), [6, 6, 6])

    def test_raised_limit_counts_at_once(self):
        self.waits(11)
        self.assertEqual(self.waits(1, limit=100), [0])

    def test_clock_of_the_database_set_back(self):
        self.waits(11)
        elapse(self.env, -86400)  # the row is a day ahead now
        self.assertEqual(self.waits(1), [6])
        elapse(self.env, 86400 + 60)
        self.assertEqual(self.waits(1), [0])

    def test_calls_go_on_when_they_cannot_be_counted(self):
        with (
            patch.object(admission, "TAKE", "SELECT 1 / 0"),
            mute_logger(admission.__name__),
        ):
            self.assertEqual(self.waits(1), [0])


@tagged("post_install", "-at_install")
class TestLimits(EndpointCase):
    def setUp(self):
        super().setUp()
        admission.leases.forget()
        self.addCleanup(admission.leases.forget)
        self.order = self.make_order("959311095", confirm=True)

    def assertTooMany(self, response, seconds):
        self.assertProblem(response, 429, "too-many-calls")
        self.assertEqual(response.headers["Retry-After"], str(seconds))

    def test_of_an_account(self):
        self.account.rate_limit = 2
        for _call in range(2):
            self.assertEqual(self.call("NOWHERE").status_code, 404)
        self.assertTooMany(self.call("959311095"), 30)
        self.assertFalse(self.receipts("959311095"))
        self.assertUntouched(self.order)
        elapse(self.env, 30)
        self.assertConfirmed(self.call("959311095"), self.order)

    def test_accounts_do_not_share(self):
        self.account.rate_limit = 1
        other = self.make_account("other", rate_limit=1)
        self.call("NOWHERE")
        self.assertTooMany(self.call("NOWHERE"), 60)
        key, token = other._generate_credential()
        response = self.call(
            "NOWHERE",
            path="/marketplace/other/pvt/orders/NOWHERE/cancel",
            headers={"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token},
        )
        self.assertEqual(response.status_code, 404)

    def test_who_is_paused_or_elsewhere_is_told_so(self):
        self.account.write({"rate_limit": 1, "is_paused": True})
        for _call in range(3):
            self.assertProblem(self.call("959311095"), 503, "unavailable")

    def test_source_is_an_ipv4_address_or_an_ipv6_network(self):
        self.assertEqual(source_group("2001:db8::1"), source_group("2001:db8::ffff:2"))
        self.assertNotEqual(source_group("2001:db8::1"), source_group("2001:db8:0:1::1"))
        self.assertEqual(source_group("192.0.2.7"), source_group("::ffff:192.0.2.7"))
        self.assertNotEqual(source_group("192.0.2.7"), source_group("192.0.2.8"))
        for nothing in (None, "", "a socket"):
            self.assertIn(source_group(nothing), range(65536))

    def test_failed_calls_that_are_allowed_are_a_setting(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.marketplace_failed_calls, 60)
        settings.marketplace_failed_calls = 5
        settings.execute()
        self.assertEqual(self.account._failed_calls_limit(), 5)
        settings.marketplace_failed_calls = 0
        settings.execute()
        self.assertEqual(self.account._failed_calls_limit(), 60)
        with self.assertRaises(ValidationError):
            settings.marketplace_failed_calls = -1

    def test_setting_that_is_no_number(self):
        self.env["ir.config_parameter"].set_param(FAILED_CALLS_PARAMETER, "many")
        self.assertEqual(self.account._failed_calls_limit(), 60)

    def test_limits_out_of_range(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.account.rate_limit = -1
            self.env.flush_all()
