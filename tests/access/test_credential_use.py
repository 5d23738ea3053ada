"""When and from where credentials were used last."""

from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import DiskFull

from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.access import endpoint
from ..helpers.common import EndpointCase

USE_LOGGER = endpoint.__name__


@tagged("post_install", "-at_install")
class TestCredentialUse(EndpointCase):
    def setUp(self):
        super().setUp()
        self.patch(endpoint, "_noted", {})
        self.credential = self.account.credential_ids

    def used(self):
        self.credential.invalidate_recordset()
        return self.credential.last_used_at

    def test_noted_with_the_callers_address(self):
        self.call("NOWHERE")
        self.assertTrue(self.used())
        self.assertEqual(self.credential.last_used_from, "127.0.0.1")

    def test_who_is_refused_leaves_no_trace(self):
        self.call("NOWHERE", headers={"X-VTEX-API-AppToken": "wrong"})
        self.assertFalse(self.used())

    def test_once_a_minute(self):
        self.call("NOWHERE")
        self.credential.last_used_at = False
        self.call("NOWHERE")
        self.assertFalse(self.used())
        with patch.object(endpoint, "_INTERVAL", 0):
            self.call("NOWHERE")
        self.assertTrue(self.used())

    def test_call_that_cannot_be_noted_is_answered(self):
        cursor = self.registry.cursor

        def full(**kwargs):
            opened = cursor(**kwargs)
            execute = opened.execute

            def fail(query, *args, **kwargs):
                if "SET last_used_at" in str(getattr(query, "code", query)):
                    raise DiskFull("could not extend file")
                return execute(query, *args, **kwargs)

            opened.execute = fail
            return opened

        self.patch(self.registry, "cursor", full)
        with mute_logger(USE_LOGGER):
            self.assertEqual(self.call("NOWHERE").status_code, 404)
        self.assertFalse(self.used())

    def test_dates_are_the_servers(self):
        with freeze_time("2026-03-01 12:00:00"):
            self.account._note_use(self.credential.id, "192.0.2.1", None)
        self.assertEqual(str(self.used()), "2026-03-01 12:00:00")
        self.assertEqual(self.credential.last_used_from, "192.0.2.1")
