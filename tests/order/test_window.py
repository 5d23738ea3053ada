"""Since when a shopper's cancellation window runs: not since a date that importers overwrite."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged

from ...tools.clock import database_now
from ..helpers.common import MarketplaceCase
from ..helpers.migrations import MigrationCase

LATE, IN_TIME = timedelta(minutes=31), timedelta(minutes=29)


class WindowCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write({"cancellation_window": 30, "on_picking": "ask"})

    def setUp(self):
        super().setUp()
        self.now = fields.Datetime.now()

    def picked(self, name, **values):
        """A confirmed order that is picked, so that without a window a person is asked."""
        order = self.make_order(name, confirm=True, **values)
        order.picking_ids.move_ids.picked = True
        return order

    def assertGranted(self, order, granted=True):
        """A shopper who asks now is granted the cancellation of ``order``, or is not."""
        name = order.marketplace_order_id
        answer = self.request_cancellation(name, requestedByUser=True)
        self.assertEqual(answer.status, 200)
        state = "cancelled" if granted else "evaluating"
        self.assertEqual(self.receipts(name)[-1:].state, state)
        self.assertEqual(order.state, "cancel" if granted else "sale")

    def confirmed_before(self, order, passed):
        self.rewrite(order, first_confirmed_at=self.now - passed)


@tagged("post_install", "-at_install")
class TestFirstConfirmation(WindowCase):
    def test_importers_date_counts_for_nothing(self):
        for name, passed, date, granted in (
            ("W-1", IN_TIME, timedelta(days=3), True),
            ("W-2", LATE, timedelta(), False),
            ("W-3", LATE, -timedelta(days=3), False),
        ):
            with self.subTest(name):
                order = self.picked(name)
                self.confirmed_before(order, passed)
                order.date_order = self.now - date
                self.assertGranted(order, granted)

    def test_another_confirmation_opens_no_other_window(self):
        order = self.make_order("W-1", confirm=True)
        self.confirmed_before(order, LATE)
        order._action_cancel()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(order.first_confirmed_at, self.now - LATE)
        order.picking_ids.move_ids.picked = True
        self.assertGranted(order, False)

    def test_it_is_noted_by_whatever_way_an_order_is_confirmed(self):
        quotation = self.make_order("W-1")
        self.assertFalse(quotation.first_confirmed_at)
        quotation.action_confirm()
        written = self.make_order("W-2")
        written.write({"state": "sale"})
        created = self.make_order("W-3", state="sale")
        for order in (quotation, written, created):
            with self.subTest(order.marketplace_order_id):
                self.assertLess(self.now - order.first_confirmed_at, timedelta(minutes=1))

    def test_order_that_becomes_a_marketplaces_later(self):
        """Since when it is one nobody knows, unless the importer says so."""
        order = self.make_order(confirm=True)
        self.assertFalse(order.first_confirmed_at)
        order.write({"marketplace_account_id": self.account.id, "marketplace_order_id": "W-1"})
        order.picking_ids.move_ids.picked = True
        self.assertGranted(order, False)

    def test_copy_is_an_order_of_its_own(self):
        order = self.make_order("W-1", confirm=True, marketplace_created_at=self.now)
        copied = order.copy()
        self.assertFalse(copied.first_confirmed_at)
        self.assertFalse(copied.marketplace_created_at)

    def test_by_the_databases_clock_and_once(self):
        order = self.make_order("W-1")
        ahead = self.now + timedelta(days=2)
        with patch.object(fields.Datetime, "now", lambda *_args: ahead):
            order.action_confirm()
        self.assertLess(order.first_confirmed_at, ahead - timedelta(days=1))

    def test_salespeople_confirm_and_change_it_in_no_way(self):
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        order = self.make_order("W-1", user_id=seller.id).with_user(seller)
        order.action_confirm()
        self.assertTrue(order.sudo().first_confirmed_at)
        with self.assertRaises(AccessError):
            order.write({"first_confirmed_at": self.now})
        with self.assertRaises(AccessError):
            order.read(["first_confirmed_at"])

    def test_account_without_a_window(self):
        """Not even for who asks in the very second."""
        self.account.cancellation_window = 0
        order = self.picked("W-1")
        receipt = self.register("W-1", requested_by_user=True)
        self.rewrite(order, first_confirmed_at=self.now - LATE)
        self.rewrite(receipt, received_at=self.now - LATE)
        self.assertFalse(order._is_in_cancellation_window(receipt))

    def test_unknown(self):
        """It was there before the addon, say: nobody can tell when it was confirmed."""
        order = self.picked("W-1")
        self.rewrite(order, first_confirmed_at=None)
        self.assertGranted(order, False)

    def test_replacement_opens_no_other_window(self):
        """The order was made when the marketplace's was, however late it is delivered again."""
        order = self.make_order("W-1", confirm=True)
        self.confirmed_before(order, LATE)
        replacement = self.make_order(confirm=True, replaced_order_id=order.id)
        order.with_context(disable_cancel_warning=True)._action_cancel()
        replacement.picking_ids.move_ids.picked = True
        self.assertFalse(self.window(order))
        self.confirmed_before(order, IN_TIME)
        self.assertTrue(self.window(order))

    def window(self, order):
        receipt = self.env["marketplace.cancellation.receipt"].new(
            {
                "account_id": self.account.id,
                "requested_by_user": "shopper",
                "received_at": self.now,
            }
        )
        return order._cancellation_facts(receipt, order.browse()).in_window


@tagged("post_install", "-at_install")
class TestMarketplacesDate(WindowCase):
    def test_it_goes_before_the_confirmation(self):
        for name, made, confirmed, granted in (
            ("W-1", IN_TIME, LATE, True),
            ("W-2", LATE, IN_TIME, False),
            ("W-3", timedelta(days=4), timedelta(), False),
        ):
            with self.subTest(name):
                order = self.picked(name, marketplace_created_at=self.now - made)
                self.confirmed_before(order, confirmed)
                self.assertGranted(order, granted)

    def test_future_and_what_nobody_can_show_grant_nothing(self):
        self.account.cancellation_window = 2**31 - 1
        for name, made in (
            ("W-1", self.now + timedelta(minutes=5)),
            ("W-2", "9999-12-31 23:59:59"),
            ("W-3", "0001-01-01 00:00:00"),
            ("W-4", "1969-12-31 23:59:59"),
        ):
            with self.subTest(made):
                order = self.picked(name, marketplace_created_at=made)
                self.assertGranted(order, False)

    def test_future_by_the_databases_clock(self):
        """A host whose own clock is ahead grants nothing either."""
        order = self.picked("W-1", marketplace_created_at=self.now + timedelta(minutes=5))
        receipt = self.register("W-1", requested_by_user=True)
        self.rewrite(receipt, received_at=self.now + timedelta(minutes=10))
        self.assertFalse(order._is_in_cancellation_window(receipt))

    def test_just_now(self):
        """It may be later than the transaction began: an import may take a while."""
        self.env.cr.now()  # as late as the first time that it is asked for
        now = database_now(self.env.cr)
        order = self.picked("W-1", marketplace_created_at=now)
        receipt = self.register("W-1", requested_by_user=True)
        self.rewrite(receipt, received_at=now + timedelta(seconds=1))
        self.assertTrue(order._is_in_cancellation_window(receipt))

    def test_order_is_made_before_it_is_cancelled(self):
        """A date that was in the future when the shopper asked does not count later, either."""
        self.request_cancellation("W-1", requestedByUser=True)
        receipt = self.receipts("W-1")
        self.rewrite(receipt, received_at=self.now - timedelta(minutes=20))
        order = self.picked("W-2", marketplace_created_at=self.now - timedelta(minutes=5))
        self.assertFalse(order._is_in_cancellation_window(receipt))
        order.marketplace_created_at = self.now - timedelta(minutes=25)
        self.assertTrue(order._is_in_cancellation_window(receipt))

    def test_request_that_comes_before_its_order(self):
        self.request_cancellation("W-1", requestedByUser=True)
        self.rewrite(self.receipts("W-1"), received_at=self.now - timedelta(minutes=20))
        order = self.make_order("W-2", confirm=True)
        self.assertTrue(order._is_in_cancellation_window(self.receipts("W-1")))

    def test_shown_to_whoever_sees_the_order(self):
        view = self.env["sale.order"].get_view(self.env.ref("sale.view_order_form").id)
        self.assertIn("marketplace_created_at", view["arch"])
        seller = new_test_user(self.env, "seller", groups="sales_team.group_sale_salesman")
        order = self.make_order("W-1", user_id=seller.id, marketplace_created_at=self.now)
        self.assertEqual(order.with_user(seller).marketplace_created_at, self.now)


@tagged("post_install", "-at_install")
class TestStatements(WindowCase):
    def test_the_window_takes_no_statement_of_its_own(self):
        counts = {}
        self.picked("W-0", marketplace_created_at=self.now - LATE)
        self.ask("W-0")  # warms up
        for number, window in enumerate((0, 1, 30), 1):
            self.account.cancellation_window = window
            order = self.picked(f"W-{number}", marketplace_created_at=self.now - LATE)
            self.rewrite(order, first_confirmed_at=self.now - LATE)
            counts[window] = self.ask(order.marketplace_order_id)
        self.assertEqual(len(set(counts.values())), 1, counts)

    def ask(self, name):
        """How many statements a shopper's request takes about which a person is asked."""
        statements, execute = [], Cursor.execute

        def count(cursor, *args, **kwargs):
            statements.append(args)
            return execute(cursor, *args, **kwargs)

        self.env.flush_all()
        self.account._settings()
        with patch.object(Cursor, "execute", count):
            answer = self.request_cancellation(name, requestedByUser=True)
        self.assertEqual((answer.status, answer.body), (200, ""))
        return len(statements)


@tagged("post_install", "-at_install")
class TestFromFormerVersion(WindowCase, MigrationCase):
    def test_first_confirmation_of_orders_that_are_there(self):
        confirmed, again = self.make_order("M-1", confirm=True), self.make_order("M-3")
        imported = self.make_order("M-2", state="sale")
        for order, days in ((confirmed, 3), (again, 9), (again, 5)):
            message = order.message_post(subtype_xmlid="sale.mt_order_confirmed")
            message.date = self.now - timedelta(days=days)
        quotation, other = self.make_order("M-4"), self.make_order(confirm=True)
        known = self.make_order("M-5", confirm=True)
        before = self.now - timedelta(days=10)
        every = confirmed | imported | again | quotation | other
        self.rewrite(every, first_confirmed_at=None, create_date=before)
        self.rewrite(known, first_confirmed_at=before)
        self.run_script("19.0.1.8.0", "post-first-confirmation.py", former="19.0.1.7.0")
        self.assertEqual(confirmed.first_confirmed_at, self.now - timedelta(days=3))
        self.assertEqual(imported.first_confirmed_at, before)
        self.assertEqual(again.first_confirmed_at, self.now - timedelta(days=9))
        self.assertEqual(known.first_confirmed_at, before)
        self.assertFalse(quotation.first_confirmed_at)
        self.assertFalse(other.first_confirmed_at)
