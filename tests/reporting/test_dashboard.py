"""The dashboard: the figures of a small month, whose they are, and the page itself."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..helpers.common import MarketplaceCase
from ..helpers.tours import MARKETPLACE, SALES, TourCase

RECEIPT = "marketplace.cancellation.receipt"
BEGIN, END = datetime(2026, 3, 1), datetime(2026, 4, 1)

#: What was asked in March: (account, days after its begin, state, hours until it was settled,
#: requested by, reason, stage, value).
MARCH = [
    ("one", 0, "cancelled", 0, "shopper", "Too late", "untouched", 10),
    ("one", 1, "cancelled", 1, "shopper", "Too late", "untouched", 20),
    ("one", 2, "cancelled", 2, "marketplace", "Fraud", "picking", 30),
    ("one", 30.99, "cancelled", 3, None, None, None, 40),
    ("one", 4, "refused", 9, "shopper", "Too late", "shipped", 0),
    ("two", 5, "cancelled", 4, "marketplace", "Fraud", "cancelled", 0),
    ("two", 6, "queued", None, "shopper", "Changed my mind", "untouched", 50),
    ("two", 7, "evaluating", None, "shopper", "Changed my mind", "shipped", 0),
    ("two", 8, "kept", 8, "shopper", "Changed my mind", "shipped", 0),
]
#: What was asked at other times: two long before, two in the days before, one after.
OTHER = [
    ("one", -100, "failed", None, None, None, None, 0),
    ("one", -40, "kept", 1, "shopper", "Before", None, 0),
    ("one", -31, "cancelled", 100, "shopper", "Before", "shipped", 1000),
    ("two", -0.01, "cancelled", 100, "shopper", "Before", "shipped", 1000),
    ("two", 31, "evaluating", None, "shopper", "After", "shipped", 1000),
]


class DashboardCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.name = "one"
        cls.second = cls.make_account("two", name="two")
        cls.accounts = cls.account + cls.second
        cls.company_there = cls.env["res.company"].create({"name": "There"})
        cls.there = cls.make_account("there", name="there", company_id=cls.company_there.id)

    def make_receipts(self, rows, begin=BEGIN):
        accounts = {account.name: account for account in self.accounts + self.there}
        for row in rows:
            account, days, state, hours, requested_by, reason, stage, value = row
            moment = begin + timedelta(days=days)
            self.env[RECEIPT].create(
                {
                    "account_id": accounts[account].id,
                    "marketplace_order_id": f"{account}-{days}",
                    "state": state,
                    "received_at": moment,
                    "settled_at": hours is not None and moment + timedelta(hours=hours),
                    "requested_by_user": requested_by,
                    "reason": reason,
                    "stage": stage,
                    "called_off": value,
                }
            )

    def figures(self, accounts=None, user=None):
        accounts = (self.accounts if accounts is None else accounts).with_user(
            user or self.env.user
        )
        moments = (fields.Datetime.to_string(moment) for moment in (BEGIN, END))
        return accounts.cancellation_figures(*moments)

    def counts(self, rows):
        return {row["key"]: row["count"] for row in rows}


@tagged("post_install", "-at_install")
class TestFiguresOfAMonth(DashboardCase):
    def setUp(self):
        super().setUp()
        self.make_receipts(MARCH + OTHER)

    def test_all_that_was_asked(self):
        figures = self.figures()
        self.assertEqual(figures["asked"], 9)
        self.assertEqual(figures["cancelled"], 6)
        self.assertEqual(figures["asked_before"], 2)

    def test_what_was_a_test_does_not_count(self):
        before = self.figures()
        for days in (-1, 1):
            self.env[RECEIPT].create(
                {
                    "account_id": self.account.id,
                    "marketplace_order_id": f"TEST-{days}",
                    "state": "cancelled",
                    "received_at": BEGIN + timedelta(days=days),
                    "settled_at": BEGIN + timedelta(days=days, hours=99),
                }
            )
        order = self.env["sale.order"]._make_test_order(self.account, "TEST-1")
        order.date_order = BEGIN
        self.assertEqual(self.figures(), before)

    def test_parts_of_orders(self):
        """Their value was called off, and no order was."""
        before = self.figures()
        rows = [
            ("one", day, state, 1, "shopper", "Part", "picking", value)
            for day, state, value in (
                (11, "part_cancelled", 5),
                (12, "part_refused", 0),
                (13, "part_agreed", 0),
            )
        ]
        self.make_receipts(rows)
        figures = self.figures()
        self.assertEqual(figures["asked"], before["asked"] + 3)
        self.assertEqual(figures["cancelled"], before["cancelled"] + 1)
        values = [own["accounts"][0]["called_off"] for own in (before, figures)]
        self.assertEqual(values[1], values[0] + 5)
        self.assertEqual(self.counts(figures["stages"])["picking"], 2)
        self.assertEqual(figures["orders"], before["orders"])
        self.assertEqual(figures["hours"], before["hours"])
        listed = self.env[RECEIPT].search(
            [*figures["domains"]["cancelled"], ("account_id", "=", self.account.id)]
        )
        self.assertIn("part_cancelled", listed.mapped("state"))

    def test_outcomes(self):
        self.assertEqual(
            self.counts(self.figures()["states"]),
            {"evaluating": 1, "queued": 1, "cancelled": 5, "refused": 1, "kept": 1},
        )

    def test_who_asked(self):
        rows = self.figures()["requesters"]
        self.assertEqual(self.counts(rows), {"shopper": 6, "marketplace": 2, False: 1})
        self.assertEqual(
            [row["label"] for row in rows], ["The shopper", "The marketplace", "Not known"]
        )

    def test_how_far_cancelled_orders_had_got(self):
        """What was refused or kept is not among them."""
        self.assertEqual(
            self.counts(self.figures()["stages"]),
            {"untouched": 3, "picking": 1, "cancelled": 1, False: 1},
        )

    def test_reasons_most_frequent_first(self):
        rows = self.figures()["reasons"]
        self.assertEqual(
            [(row["key"], row["count"]) for row in rows],
            [("Changed my mind", 3), ("Too late", 3), ("Fraud", 2), (False, 1)],
        )
        self.assertEqual(rows[-1]["label"], "No reason given")

    def test_only_the_most_frequent_reasons_are_named(self):
        for number in range(20):
            self.make_receipts([("one", number / 10, "kept", 1, None, f"R-{number}", None, 0)])
        rows = self.figures()["reasons"]
        self.assertEqual(len(rows), 8)
        self.assertEqual(rows[0]["key"], "Changed my mind")

    def test_hours_to_cancel(self):
        """Of 0, 1, 2, 3 and 4 hours; what was refused, kept or is queued took none."""
        self.assertEqual(self.figures()["hours"], {"p50": 2, "p95": 3.8})
        self.assertIsNone(self.figures(self.there)["hours"])

    def test_marketplaces(self):
        one, two = self.figures()["accounts"]
        self.assertEqual((one["id"], one["name"]), (self.account.id, "one"))
        self.assertEqual((one["asked"], one["cancelled"], one["called_off"]), (5, 4, 100))
        self.assertEqual((two["asked"], two["cancelled"], two["called_off"]), (4, 2, 50))
        self.assertEqual(one["currency_id"], self.company.currency_id.id)

    def test_open_decisions_whenever_asked(self):
        self.assertEqual(self.figures()["undecided"], {"evaluating": 2, "failed": 1})
        self.assertEqual(self.figures(self.account)["undecided"], {"evaluating": 0, "failed": 1})

    def test_what_is_resolved_is_no_open_decision(self):
        failed = self.env[RECEIPT].search(
            [("account_id", "in", self.accounts.ids), ("state", "=", "failed")]
        )
        failed.action_resolve("Settled by phone.")
        self.assertEqual(self.figures()["undecided"], {"evaluating": 2, "failed": 0})

    def test_one_marketplace(self):
        figures = self.figures(self.second)
        self.assertEqual((figures["asked"], figures["asked_before"]), (4, 1))
        self.assertEqual([row["name"] for row in figures["accounts"]], ["two"])
        self.assertEqual(figures["hours"], {"p50": 4, "p95": 4})
        self.assertEqual(self.counts(figures["reasons"]), {"Changed my mind": 3, "Fraud": 1})

    def test_period_without_a_begin(self):
        """It begins with the first request, and there is nothing before it."""
        figures = self.accounts.cancellation_figures(False, fields.Datetime.to_string(END))
        self.assertEqual((figures["asked"], figures["asked_before"]), (13, None))
        self.assertEqual(figures["first"], "2025-11-21 00:00:00")
        self.assertIsNone(self.figures()["first"])

    def test_no_marketplace(self):
        figures = self.figures(self.env["marketplace.account"])
        self.assertEqual((figures["asked"], figures["accounts"]), (0, []))
        self.assertIsNone(figures["hours"])


@tagged("post_install", "-at_install")
class TestShareOfOrders(DashboardCase):
    def order(self, marketplace_order_id, moment, account=None, state="sale", receipt=None):
        order = self.make_order(
            marketplace_order_id, marketplace_account_id=(account or self.account).id
        )
        self.env.flush_all()
        self.rewrite(order, state=state, date_order=moment)
        if receipt:
            self.env[RECEIPT].create(
                {
                    "account_id": order.marketplace_account_id.id,
                    "marketplace_order_id": marketplace_order_id,
                    "sale_order_id": order.id,
                    "state": receipt,
                }
            )
        return order

    def test_share(self):
        """Of the orders placed in the period, those that the marketplace cancelled, ever after."""
        self.order("1", BEGIN)
        self.order("2", BEGIN, state="cancel", receipt="cancelled")
        self.order("3", END - timedelta(seconds=1), state="cancel")  # by the seller
        self.order("4", BEGIN, receipt="evaluating")
        self.order("5", BEGIN, state="cancel", receipt="refused")  # and then by the seller
        self.order("6", BEGIN, state="draft")
        self.order("7", BEGIN - timedelta(seconds=1), state="cancel", receipt="cancelled")
        self.order("8", END, state="cancel", receipt="cancelled")
        self.order("9", BEGIN, self.second, state="cancel", receipt="cancelled")
        figures = self.figures()
        self.assertEqual(figures["orders"], {"placed": 6, "cancelled": 2})
        self.assertEqual(
            [account["orders"] for account in figures["accounts"]],
            [{"placed": 5, "cancelled": 1}, {"placed": 1, "cancelled": 1}],
        )
        self.assertEqual(self.figures(self.second)["orders"], {"placed": 1, "cancelled": 1})

    def test_somebodys_test_is_nothing_that_a_marketplace_asked_for(self):
        test = self.account.start_test_cancellation()
        self.request_cancellation(test["reference"])
        self.assertTrue(self.account.finish_test_cancellation(test["reference"])["passed"])
        now = fields.Datetime.now()
        figures = self.account.cancellation_figures(
            now - timedelta(days=1), now + timedelta(days=1)
        )
        self.assertEqual((figures["asked"], figures["cancelled"]), (0, 0))
        self.assertEqual(figures["orders"], {"placed": 0, "cancelled": 0})
        self.assertEqual((figures["reasons"], figures["hours"]), ([], None))

    def test_order_with_two_requests_counts_once(self):
        order = self.order("1", BEGIN, state="cancel", receipt="cancelled")
        self.env[RECEIPT].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": "1",
                "cancellation_request_id": "again",
                "sale_order_id": order.id,
                "state": "cancelled",
            }
        )
        self.assertEqual(self.figures()["orders"], {"placed": 1, "cancelled": 1})


@tagged("post_install", "-at_install")
class TestWhoSeesFigures(DashboardCase):
    def setUp(self):
        super().setUp()
        self.make_receipts(MARCH)
        self.make_receipts([("there", 1, "cancelled", 1, None, None, "untouched", 7)])

    def make_user(self, login, groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env, login, groups, company_id=company.id, company_ids=[Command.set(company.ids)]
        )

    def test_companies_are_apart(self):
        here = self.make_user("here", SALES)
        there = self.make_user("there", SALES, self.company_there)
        self.assertEqual(self.figures(user=here)["asked"], 9)
        figures = self.figures(self.there, there)
        self.assertEqual((figures["asked"], figures["accounts"][0]["called_off"]), (1, 7), figures)
        for user, accounts in (
            (here, self.there),
            (there, self.accounts),
            (here, self.accounts + self.there),
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.figures(accounts, user)

    def test_companies_that_are_not_chosen_do_not_count(self):
        """Users who work in both see what is chosen at the top of the page."""
        user = new_test_user(
            self.env,
            "both",
            SALES,
            company_ids=[Command.set((self.company + self.company_there).ids)],
        )
        chosen = self.there.with_context(allowed_company_ids=self.company.ids)
        with self.assertRaises(AccessError):
            self.figures(chosen, user)
        both = (self.accounts + self.there).with_context(
            allowed_company_ids=(self.company + self.company_there).ids
        )
        self.assertEqual(self.figures(both, user)["asked"], 10)

    def test_who_sees_no_orders_sees_neither_their_share_nor_their_value(self):
        user = self.make_user("looker", MARKETPLACE)
        figures = self.figures(user=user)
        self.assertEqual(figures["asked"], 9)
        self.assertIsNone(figures["orders"])
        self.assertEqual(
            {(account["orders"], account["called_off"]) for account in figures["accounts"]},
            {(None, None)},
        )

    def test_who_is_in_the_warehouse_sees_no_value(self):
        figures = self.figures(user=self.make_user("stock", "stock.group_stock_user"))
        self.assertEqual({account["called_off"] for account in figures["accounts"]}, {None})

    def test_nobody_else_sees_anything(self):
        for groups in ("base.group_user", "base.group_portal", "base.group_system,base.group_user"):
            user = new_test_user(self.env, f"u-{groups}", groups)
            with self.subTest(groups), self.assertRaises(AccessError):
                self.figures(user=user)


@tagged("post_install", "-at_install")
class TestDashboardTour(TourCase):
    def test_from_the_figures_to_the_receipts(self):
        other = self.make_account("other", name="Other Market")
        now = fields.Datetime.now()
        for number in range(3):
            self.order_of_three(f"T-{number}")
            self.assertEqual(self.call(f"T-{number}", {
                "marketplaceOrderId": f"T-{number}", "reason": "Too late",
            }).status_code, 200)  # fmt: skip
        self.env[RECEIPT].create(
            {
                "account_id": other.id,
                "marketplace_order_id": "OLD",
                "state": "evaluating",
                "received_at": now - timedelta(days=60),
                "reason": "Of long ago",
            }
        )
        self.start_tour(
            "/odoo",
            "marketplace_cancellation_dashboard",
            login=self.log_in_as("Dana", SALES, MARKETPLACE),
        )
