"""A stranger's ``Authorization`` header costs nothing, however long it is."""

import time

from odoo.tests import tagged

from ..helpers.common import EndpointCase


@tagged("post_install", "-at_install")
class TestCall(EndpointCase):
    def test_stranger_with_a_long_header_is_refused_at_once(self):
        headers = self.no_credentials() | {"Authorization": "VTEX " + "a" * 60_000}
        started = time.monotonic()
        response = self.call("959311095", headers=headers)
        self.assertLess(time.monotonic() - started, 1)
        self.assertProblem(response, 401, "unauthorized")
