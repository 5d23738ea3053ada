"""The entries in Odoo's periodic mail of figures."""

from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..helpers.common import MarketplaceCase
from ..helpers.tours import MARKETPLACE, SALES

ENTRIES = (
    "kpi_marketplace_cancellations",
    "kpi_marketplace_undecided",
    "kpi_marketplace_called_off",
)


@tagged("post_install", "-at_install")
class TestDigest(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Another Company"})
        there = cls.make_account("there", company_id=cls.other_company.id)
        now = fields.Datetime.now()
        for account, hours, state, value, settled in (
            (cls.account, 1, "cancelled", 10, 1),
            (cls.account, 2, "evaluating", 0, None),
            (cls.account, 3, "kept", 0, 3),
            (cls.account, 4, "part_cancelled", 3, 4),
            (cls.account, 5, "part_refused", 0, 5),
            (cls.account, 100, "cancelled", 20, 100),
            (cls.account, 24 * 20, "failed", 0, None),
            (cls.account, 24 * 50, "evaluating", 0, None),
            (cls.account, 24 * 40, "cancelled", 5, 2),  # somebody has decided at last
            (there, 1, "cancelled", 1000, 1),
        ):
            cls.env["marketplace.cancellation.receipt"].create(
                {
                    "account_id": account.id,
                    "marketplace_order_id": f"{account.code}-{hours}",
                    "state": state,
                    "called_off": value,
                    "received_at": now - timedelta(hours=hours),
                    "settled_at": settled and now - timedelta(hours=settled),
                }
            )
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Figures",
                "company_id": cls.company.id,
                "kpi_res_users_connected": False,
                "kpi_mail_message_total": False,
                **dict.fromkeys(ENTRIES, True),
            }
        )

    def make_user(self, *groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            f"reader-{len(groups)}-{company.id}",
            ",".join(["base.group_user", *groups]),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def entries(self, user):
        """``{entry: its figures of a day, a week and a month}`` in the user's mail."""
        return {
            entry["kpi_name"]: [str(entry[f"kpi_col{n}"]["value"]) for n in (1, 2, 3)]
            for entry in self.digest._compute_kpis(user.company_id, user)
        }

    def test_what_is_resolved_is_no_open_decision(self):
        failed = self.env["marketplace.cancellation.receipt"].search(
            [("account_id", "=", self.account.id), ("state", "=", "failed")]
        )
        failed.action_resolve("Settled by phone.")
        entries = self.entries(self.make_user(SALES))
        self.assertEqual(entries["kpi_marketplace_undecided"], ["2", "2", "2"])

    def test_what_was_a_test_does_not_count(self):
        user = self.make_user(SALES)
        before = self.entries(user)
        self.env["marketplace.cancellation.receipt"].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": "TEST-1",
                "state": "cancelled",
                "received_at": fields.Datetime.now() - timedelta(hours=1),
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.entries(user), before)

    def test_figures(self):
        entries = self.entries(self.make_user(SALES))
        self.assertEqual(entries["kpi_marketplace_cancellations"], ["5", "6", "7"])

    def test_what_waits_now_counts_whenever_it_was_asked_for(self):
        entries = self.entries(self.make_user(SALES))
        self.assertEqual(entries["kpi_marketplace_undecided"], ["3", "3", "3"])

    def test_value_counts_when_orders_were_cancelled(self):
        entries = self.entries(self.make_user(SALES))
        values = [
            value.strip("$€\N{NO-BREAK SPACE} ") for value in entries["kpi_marketplace_called_off"]
        ]
        self.assertEqual(values, ["18", "38", "38"])

    def test_who_may_not_see_them_gets_a_mail_without(self):
        self.assertEqual(set(self.entries(self.make_user(MARKETPLACE))), set(ENTRIES[:2]))
        self.assertEqual(self.entries(self.make_user()), {})
        foreign = self.make_user(SALES, company=self.other_company)
        self.assertEqual(self.entries(foreign), {})

    def test_only_what_is_chosen(self):
        self.digest.kpi_marketplace_undecided = False
        self.assertEqual(set(self.entries(self.make_user(SALES))), {ENTRIES[0], ENTRIES[2]})

    def test_nobody_gets_them_unasked(self):
        digest = self.env["digest.digest"].create({"name": "New"})
        self.assertFalse(any(digest[entry] for entry in ENTRIES))

    def test_chosen_in_its_form(self):
        with Form(self.digest) as form:
            form.kpi_marketplace_called_off = False
        self.assertFalse(self.digest.kpi_marketplace_called_off)

    def test_mail_leads_to_the_pages(self):
        user = self.make_user(SALES)
        self.digest._action_send_to_user(user)
        mail = self.env["mail.mail"].search([("email_to", "=", user.email_formatted)], limit=1)
        links = html.fromstring(mail.body_html).xpath("//a/@href")
        for action in ("dashboard", "undecided"):
            name = f"marketplace_order_cancellation.action_marketplace_cancellation_{action}"
            with self.subTest(action):
                self.assertTrue(any(name in link for link in links), links)
