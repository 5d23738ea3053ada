"""What was made or begun for an order that is cancelled."""

from odoo.tests import new_test_user

from .other_modules import OtherModulesCase


class UpstreamCase(OtherModulesCase):
    def setUp(self):
        super().setUp()
        self.ida = new_test_user(self.env, "ida", "base.group_user", name="Ida")
        manager = "marketplace_order_cancellation.group_marketplace_manager"
        self.olga = new_test_user(self.env, "olga", manager, name="Olga")
        self.account.user_id = self.olga

    def assertToldWhy(self, document):
        self.assertIn("Test Market cancelled this order", " ".join(self.chatter(document)))

    def assertStopped(self, document, state):
        self.assertEqual(document.state, state)
        self.assertFalse(document.activity_ids)
        self.assertToldWhy(document)

    def assertAsked(self, document, user):
        """One activity, and no more, asks ``user`` about ``document``."""
        self.assertEqual(document.activity_ids.user_id, user)
        self.assertEqual(len(document.activity_ids), 1)
        self.assertToldWhy(document)
