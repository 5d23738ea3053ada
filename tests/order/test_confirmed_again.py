"""Who is asked about an order that is cancelled at its marketplace and confirmed again here."""

from odoo.tests import new_test_user, tagged

from ..helpers.revived_orders import RevivedCase


@tagged("post_install", "-at_install")
class TestConfirmedAgain(RevivedCase):
    def setUp(self):
        super().setUp()
        self.account.user_id = self.dora
        self.order = self.order_of_three("R-1")

    def asked(self, order):
        kind = "marketplace_order_cancellation.activity_confirmed_again"
        return order.activity_search([kind], only_automated=False)

    def assertAsked(self, order):
        (asked,) = self.asked(order)
        self.assertEqual(asked.user_id, self.dora)
        self.assertIn("It must not be shipped unless somebody keeps it open.", asked.note)
        return asked

    def test_marketplace_has_cancelled_it(self):
        self.cancel_asking_nobody(self.order)
        self.order.action_draft()
        self.assertFalse(self.asked(self.order))
        self.order.action_confirm()
        self.assertAsked(self.order)

    def test_receipt_is_deleted(self):
        self.cancel_asking_nobody(self.order)
        self.forget(self.order)
        self.assertAsked(self.revive(self.order))

    def test_seller_has_cancelled_it_there(self):
        self.cancelled_here(self.order)
        self.send()
        self.assertAsked(self.revive(self.order))

    def test_state_that_a_program_writes(self):
        self.cancel_asking_nobody(self.order)
        self.order.with_context(mail_activity_automation_skip=True).write({"state": "sale"})
        self.assertAsked(self.order)

    def test_confirmed_by_who_sees_no_marketplaces(self):
        self.cancel_asking_nobody(self.order)
        salesman = new_test_user(self.env, "reviver", "sales_team.group_sale_salesman")
        self.order.user_id = salesman
        self.revive(self.order.with_user(salesman))
        self.assertAsked(self.order)

    def test_asked_once(self):
        self.cancel_asking_nobody(self.order)
        first = self.assertAsked(self.revive(self.order))
        self.order.write({"state": "sale"})
        self.order.write({"state": "draft"})
        self.order.action_confirm()
        self.assertEqual(self.assertAsked(self.order), first)

    def test_cancelled_again(self):
        self.cancel_asking_nobody(self.order)
        for _time in range(2):
            self.assertAsked(self.revive(self.order))
            self.order.action_cancel()
            self.assertFalse(self.asked(self.order))

    def test_cancelled_again_by_a_program_that_wants_no_activities(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.order.with_context(mail_activity_automation_skip=True).action_cancel()
        self.assertFalse(self.asked(self.order))

    def test_cancelled_again_by_its_marketplace(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.ask(self.order, cancellationRequestId="again").action_accept()
        self.assertFalse(self.asked(self.order))

    def test_kept_open(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.order.with_user(self.dora).action_keep_open("Settled.")
        self.assertFalse(self.asked(self.order))
        self.order.write({"state": "draft"})
        self.order.action_confirm()
        self.assertFalse(self.asked(self.order))

    def test_kept_open_when_its_marketplace_asks_again(self):
        self.cancel_asking_nobody(self.order)
        self.revive(self.order)
        self.ask(self.order, cancellationRequestId="again").action_keep("Settled.")
        self.assertFalse(self.asked(self.order))

    def test_order_here_that_replaces_it(self):
        new = self.make_order(quantity=3, replaced_order_id=self.order.id)
        self.cancelled_here(self.order)
        new.action_cancel()
        self.order.action_cancel_at_marketplace()
        self.marketplace.answers.append(None)
        self.send()
        self.calls(self.order).action_give_up("By phone.")
        self.assertAsked(self.revive(new))
        new.with_user(self.dora).action_keep_open("Settled.")
        self.assertFalse(self.asked(new))

    def test_nothing_is_to_be_asked(self):
        self.order.action_cancel()  # here alone
        plain = self.order_of_three(None)
        plain.action_cancel()
        for order in (self.order, plain):
            self.assertFalse(self.revive(order).activity_ids)

    def test_asked_again_while_it_is_on_hold(self):
        self.cancel_asking_nobody(self.order)
        self.assertAsked(self.revive(self.order)).with_user(self.dora).action_done()
        self.assertAsked(self.order)
        self.order.action_keep_open("The shopper wants it")
        self.assertFalse(self.asked(self.order))
