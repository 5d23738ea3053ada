"""Addons with names like the addon's own: their addresses, models and jobs are left alone."""

import logging
from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...tools.discreet_log import _is_discreet
from ..helpers.common import EndpointCase, MarketplaceCase


@tagged("post_install", "-at_install")
class TestAddresses(EndpointCase):
    @contextmanager
    def other_addon(self):
        """A page of another addon below ``/marketplace/``, that shows the address as it got it."""
        before = {name: list(found) for name, found in Controller.children_classes.items()}

        class Shop(Controller):
            @route("/marketplace/shop/<path:name>", type="http", auth="public")
            def page(self, name):
                if name == "error":
                    raise UserError(f"No {name} in this shop.")  # pylint: disable=translation-required
                return request.make_response(f"{name} {_is_discreet()}")

        self.registry.clear_cache("routing")
        try:
            yield Shop
        finally:
            Controller.children_classes.clear()
            Controller.children_classes.update(before)
            self.registry.clear_cache("routing")

    def test_its_pages_are_as_ever(self):
        with self.other_addon():
            self.assertEqual(self.call(path="/marketplace/shop/a", method="GET").text, "a False")
            with self.assertLogs("odoo.http", logging.WARNING) as log:
                response = self.call(path="/marketplace/shop/error", method="GET")
            self.assertIn("No error in this shop.", "".join(log.output))
            self.assertEqual(response.headers["Content-Type"], "text/html; charset=utf-8")

    def test_slashes_of_its_addresses_are_not_touched(self):
        with self.other_addon():
            response = self.call(path="/marketplace/shop/a//b", method="GET")
            self.assertEqual(response.text, "a//b False")

    def test_other_capitals_get_a_problem(self):
        for path in (
            "/Marketplace/test-market/pvt/orders/959311095/cancel",
            "/marketplace/test-market/PVT/orders/959311095/cancel",
            "/MARKETPLACE/TEST-MARKET/PVT/ORDERS/959311095/CANCEL",
            "/marketplace/OpenAPI.json",
        ):
            for method in ("POST", "GET"):
                with self.subTest(path, method=method):
                    response = self.call("959311095", path=path, method=method)
                    self.assertProblem(response, 404, "unknown-resource")


@tagged("post_install", "-at_install")
class TestJobs(MarketplaceCase):
    def fail_as_job(self, job):
        job.code = "raise UserError('as it is')"
        with self.own_transactions() as env:
            job.with_env(env)._callback(job.cron_name, job.ir_actions_server_id.id)

    def test_jobs_of_another_addons_models_fail_as_ever(self):
        job = self.env.ref("marketplace_order_cancellation.cron_send_calls")
        with (
            self.assertRaisesRegex(RuntimeError, "^UserError$"),
            mute_logger("odoo.addons.marketplace_order_cancellation.models.base.ir_cron"),
        ):
            self.fail_as_job(job)
        model = type(self.env["marketplace.outbound.call"])
        self.patch(model, "_original_module", "marketplace_other")
        with self.assertRaisesRegex(UserError, "as it is"):
            self.fail_as_job(job)
