"""A manager who connects a marketplace, in a real browser that calls the real endpoint."""

from odoo.tests import tagged

from ..helpers.tours import TourCase

SALES_MANAGER = "sales_team.group_sale_manager"


@tagged("post_install", "-at_install")
class TestSetupTours(TourCase):
    def setUp(self):
        super().setUp()
        # The call of the endpoint is a marketplace's: it has no cookie, not even that of the tests.
        self.http_request_allow_all = True
        self.login = self.log_in_as("Max", SALES_MANAGER)

    def start(self, tour):
        self.start_tour(f"/odoo/marketplace-accounts/{self.account.id}", tour, login=self.login)

    def sample_orders(self):
        return self.env["sale.order"].search(
            [("is_marketplace_test", "=", True), ("marketplace_account_id", "=", self.account.id)]
        )

    def test_set_up_and_send_a_test_cancellation(self):
        self.start("marketplace_setup")
        order = self.sample_orders()
        self.assertCancelled(order)
        self.assertEqual(order.cancellation_receipt_ids.state, "cancelled")
        self.assertEqual(order.cancellation_receipt_ids.http_status, 200)
        self.assertFalse(self.account.test_credential_ids)
        self.assertFalse(self.account.setup_is_open)

    def test_refusal_is_shown_with_what_to_do(self):
        self.account.is_paused = True
        self.start("marketplace_test_refused")
        self.assertCancelled(self.sample_orders())
        self.assertFalse(self.account.test_credential_ids)

    def test_dialog_that_is_closed_meanwhile_does_not_keep_the_test_from_ending(self):
        self.start("marketplace_test_closed")
        self.assertCancelled(self.sample_orders())
        self.assertTrue(self.account.test_passed_at)
        self.assertFalse(self.account.test_credential_ids)
