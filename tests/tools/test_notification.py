"""What a button shows when it has done its work."""

from unittest import TestCase

from ...tools.notification import notification


class TestNotification(TestCase):
    def test_it_is_what_odoo_shows(self):
        self.assertEqual(
            notification("info", "O-1", "It is there.", sticky=True),
            {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "title": "O-1",
                    "message": "It is there.",
                    "sticky": True,
                },
            },
        )
