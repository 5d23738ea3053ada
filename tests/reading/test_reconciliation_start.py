"""When orders are compared: by schedule, after a pause or an outage, because somebody wants it."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ...tools.clock import database_now
from ..helpers.reconciliation import ReconciliationCase


class StartCase(ReconciliationCase):
    def setUp(self):
        super().setUp()
        self.order = self.order_of_three("H-1")

    def runs(self, account=None):
        self.env.invalidate_all()
        runs = self.env["marketplace.reconciliation"]
        return runs.search([("account_id", "=", (account or self.account).id)])

    def now(self):
        return database_now(self.env.cr)

    def reconcile(self, lastcall=None):
        """Run the job as the scheduler does, which tells it when it has run before."""
        with self.own_transactions() as env:
            runs = env["marketplace.reconciliation"].with_context(lastcall=lastcall)
            runs._cron_reconcile()
        return self.runs()


@tagged("post_install", "-at_install")
class TestByItself(StartCase):
    def test_schedule(self):
        run = self.reconcile()
        self.assertEqual((run.cause, run.state, run.order_count), ("schedule", "running", 1))
        self.assertEqual(self.reconcile(), run, "it was begun just now")
        self.rewrite(run, started_at=self.now() - timedelta(hours=23))
        self.assertEqual(self.reconcile(), run)
        self.rewrite(run, started_at=self.now() - timedelta(hours=24))
        self.assertEqual(len(self.reconcile()), 2)

    def test_never(self):
        self.account.compare_hours = 0
        self.assertFalse(self.reconcile(self.now() - timedelta(hours=1)))
        self.account.action_pause()
        self.account.action_resume()
        self.assertFalse(self.runs())
        self.account.action_compare_now()
        self.assertTrue(self.runs())

    def test_chosen_orders_do_not_count_as_a_comparison(self):
        self.order.action_compare_with_marketplace()
        self.assertEqual(self.reconcile().mapped("cause"), ["schedule", "person"])

    def test_nothing_to_compare(self):
        self.order._action_cancel()
        self.cancelled_here(self.order_of_three("H-2"))
        self.order._cancel_at_marketplace("No.")
        run = self.reconcile()
        self.assertEqual((run.state, run.order_count, run.progress), ("done", 0, 100))

    def test_accounts_that_cannot_be_read(self):
        for values in (
            {"reading_stop": "The key lacks a permission."},
            {"is_paused": True},
            {"active": False},
            {"outbound_key": False},
        ):
            with self.subTest(values):
                before = {name: self.account[name] for name in values}
                self.account.compare_hours = 0
                self.account.write({**values})
                self.account.compare_hours = 24
                self.assertFalse(self.reconcile(self.now() - timedelta(hours=1)))
                with self.assertRaises(UserError):
                    self.account.action_compare_now()
                self.account.compare_hours = 0
                self.account.write(before)

    def test_outage(self):
        self.rewrite(self.reconcile(), state="done")
        self.rewrite(self.readings(), due_at=self.now() + timedelta(hours=9))
        self.reconcile(self.now() - timedelta(minutes=4))
        self.assertEqual(len(self.runs()), 1)
        self.reconcile(self.now() - timedelta(minutes=6))
        run = self.runs()[:1]
        self.assertEqual((run.cause, run.order_count), ("outage", 1))
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual(self.order.state, "cancel")
        self.order_of_three("H-2")
        self.reconcile(self.now() - timedelta(minutes=6))
        self.assertEqual(len(self.runs()), 2, "once an hour")
        self.rewrite(run, started_at=self.now() - timedelta(minutes=61))
        self.reconcile(self.now() - timedelta(minutes=6))
        self.assertEqual(len(self.runs()), 3)

    def test_job_sees_when_it_has_run_by_itself(self):
        self.rewrite(self.reconcile(), state="done")
        self.rewrite(self.readings(), due_at=self.now() + timedelta(hours=9))
        job = self.env.ref("marketplace_order_cancellation.cron_reconcile")
        self.rewrite(job, lastcall=self.now() - timedelta(hours=2))
        self.run_cron("cron_reconcile")
        self.assertEqual(self.runs()[:1].cause, "outage")
        self.assertGreater(job.lastcall, self.now() - timedelta(minutes=1))
        self.order_of_three("H-2")
        self.run_cron("cron_reconcile")
        self.assertEqual(len(self.runs()), 2)

    def test_end_of_each_interruption(self):
        self.account.hook_state = "dropped"
        for begin, end in (
            ({"is_paused": True}, {"is_paused": False}),
            ({"active": False}, {"active": True}),
            ({"reading_stop": "No permission."}, {"reading_stop": False}),
            ({"hook_state": "connecting"}, {"hook_state": "connected"}),
        ):
            with self.subTest(begin):
                self.account.write(begin)
                self.assertFalse(self.runs())
                self.account.write(end)
                self.assertEqual(self.runs().cause, "pause")
                self.runs().unlink()

    def test_one_interruption_ends_and_another_goes_on(self):
        self.account.write({"is_paused": True, "reading_stop": "No permission."})
        self.account.is_paused = False
        self.assertFalse(self.runs())
        self.account.action_read_again()
        self.assertEqual(self.runs().cause, "pause")

    def test_archived_while_it_runs(self):
        run = self.compare()
        self.account.active = False
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((self.order.state, run.state), ("sale", "running"))
        self.assertIn("archived", run.why_waiting)
        self.account.active = True
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual((self.order.state, run.state), ("cancel", "done"))

    def test_what_fails_for_one_account_keeps_no_other_one(self):
        other = self.make_account("other-market")
        self.connect(other)
        other.reading_tested_at = self.now()
        self.order_of_three("H-1", marketplace_account_id=other.id)
        accounts = type(self.account)
        real = accounts._compare_by_itself

        def fail(account, cause):
            if account.id == self.account.id:
                raise ValueError("not this one")
            return real(account, cause)

        self.patch(accounts, "_compare_by_itself", fail)
        logger = "odoo.addons.marketplace_order_cancellation.models.reading.reconciliation_job"
        with self.assertLogs(logger, "ERROR"):
            self.reconcile()
        self.assertFalse(self.runs())
        self.assertEqual(self.runs(other).order_count, 1)


@tagged("post_install", "-at_install")
class TestButtons(StartCase):
    def message(self, action):
        self.assertEqual(action["tag"], "display_notification")
        return action["params"]["message"]

    def test_account(self):
        self.account.name = "100 %s"
        odd = {"default_state": "stopped", "default_is_partial": True, "lastcall": "x"}
        action = self.account.with_context(**odd).action_compare_now()
        self.assertIn("100 %%s: orders to be compared: 1. %s", self.message(action))
        [link] = action["params"]["links"]
        self.assertEqual(link["url"], f"/odoo/marketplace-comparisons/{self.runs().id}")
        self.assertIn("waiting to be compared: 1", self.message(self.account.action_compare_now()))
        run = self.runs()
        self.assertEqual((run.cause, run.user_id, run.state), ("person", self.env.user, "running"))
        self.assertEqual(self.account.comparing_count, 1)
        self.assertEqual(
            self.env["marketplace.reconciliation"].search(
                self.account.action_view_reconciliations()["domain"]
            ),
            run,
        )

    def test_nothing_is_open(self):
        self.request_cancellation("H-1")
        self.assertIn("no open order", self.message(self.account.action_compare_now()))

    def test_selection(self):
        other = self.make_account("other-market", name="Other Market")
        self.connect(other)
        other.reading_tested_at = self.now()
        unconnected = self.make_account("third-market", name="Third Market")
        cancelled = self.order_of_three("H-2")
        self.request_cancellation("H-2")
        orders = self.order | cancelled | self.make_order()
        orders |= self.make_order("H-1", marketplace_account_id=other.id)
        orders |= self.make_order("H-1", marketplace_account_id=unconnected.id)
        text = self.message(orders.action_compare_with_marketplace())
        self.assertIn("Test Market: orders to be compared: 1", text)
        self.assertIn("known to be cancelled there: 1", text)
        self.assertIn("Other Market: orders to be compared: 1", text)
        self.assertIn("Third Market: enter address", text)
        self.assertIn("Not of a marketplace:", text)
        self.assertTrue(self.runs().is_partial)
        self.assertEqual(len(self.runs(other)), 1)

    def test_order_of_no_marketplace_alone(self):
        action = self.make_order().action_compare_with_marketplace()
        self.assertEqual(action["params"]["type"], "warning")

    def test_chosen_order_is_read_however_old_it_is(self):
        self.order.marketplace_created_at = self.now() - timedelta(days=400)
        self.order.action_compare_with_marketplace()
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual(self.order.state, "cancel")


@tagged("post_install", "-at_install")
class TestWho(StartCase):
    def setUp(self):
        super().setUp()
        self.seller = new_test_user(self.env, "a-seller", "sales_team.group_sale_salesman")
        self.order.user_id = self.seller

    def test_seller_compares_the_own_order(self):
        self.order.with_user(self.seller).action_compare_with_marketplace()
        run = self.runs()
        self.assertEqual(run.user_id, self.seller)
        self.assertEqual(run.with_user(self.seller).order_count, 1)
        with self.assertRaises(AccessError):
            self.account.with_user(self.seller).action_compare_now()
        run.with_user(self.seller).action_stop()
        self.assertEqual(run.state, "stopped")

    def test_seller_does_not_compare_orders_of_others(self):
        self.order.user_id = self.env.user
        with self.assertRaises(AccessError):
            self.order.with_user(self.seller).action_compare_with_marketplace()

    def test_seller_does_not_stop_what_others_have_started(self):
        run = self.compare()
        with self.assertRaises(AccessError):
            run.with_user(self.seller).action_stop()

    def test_rules_that_hide_orders_hide_none_from_a_comparison(self):
        self.env["ir.rule"].create(
            {
                "name": "None at all",
                "model_id": self.env["ir.model"]._get("sale.order").id,
                "domain_force": "[('id', '=', 0)]",
            }
        )
        manager = new_test_user(
            self.env, "a-manager", "marketplace_order_cancellation.group_marketplace_manager"
        )
        self.account.with_user(manager).with_context(active_test=True).action_compare_now()
        self.assertEqual(self.runs().order_count, 1)
        self.read_all({"H-1": self.canceled("H-1", reason="Late")})
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.runs().with_user(manager).cancelled_count, 1)

    def test_each_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "There"})
        other = self.make_account("market-there", company_id=company.id, user_id=False)
        self.connect(other)
        other.reading_tested_at = self.now()
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        self.put_in_stock(self.product, 10, warehouse)
        order = self.make_order(
            "H-1", marketplace_account_id=other.id, company_id=company.id, user_id=False
        )
        order.with_company(company).action_confirm()
        self.reconcile()
        run = self.runs(other)
        self.assertEqual((run.company_id, run.order_count), (company, 1))
        foreign = new_test_user(
            self.env,
            "a-foreigner",
            "sales_team.group_sale_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        seen = self.env["marketplace.reconciliation"].with_user(foreign).search([])
        self.assertEqual(seen, run)
        self.make_readings_due()
        documents = {"H-1": self.canceled("H-1", reason="Late")}
        self.read_all(documents)
        self.assertEqual((self.order.state, order.state), ("cancel", "cancel"))
        self.assertEqual(run.finding_ids.sale_order_id, order)
