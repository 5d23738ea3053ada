"""The days that the dashboard's graph shows."""

from datetime import datetime

from odoo.tests import tagged

from ..helpers.common import MarketplaceCase

RECEIPT = "marketplace.cancellation.receipt"


@tagged("post_install", "-at_install")
class TestDaysOfTheGraph(MarketplaceCase):
    """Each day of the period is there, be there cancellations or not."""

    def ask(self, day):
        values = {"account_id": self.account.id, "marketplace_order_id": "1"}
        self.env[RECEIPT].create({**values, "received_at": datetime(2026, 3, day, 12)})

    def begins(self, interval, first, last, **context):
        receipts = self.env[RECEIPT].with_context(
            fill_temporal={"fill_from": first, "fill_to": last}, **context
        )
        groups = receipts.formatted_read_group(
            [("account_id", "in", self.account.ids)],
            [f"received_at:{interval}", "account_id"],
            ["__count"],
        )
        return [(group[f"received_at:{interval}"][0], group["__count"]) for group in groups]

    def test_days(self):
        self.ask(3)
        for zone, first in (("America/Sao_Paulo", "2026-03-02 03:00:00"), (False, "2026-03-02")):
            with self.subTest(zone):
                days = self.begins("day", "2026-03-02", "2026-03-31", tz=zone)
                self.assertEqual((len(days), sum(count for _day, count in days)), (30, 1))
                self.assertTrue(days[0][0].startswith(first), days[0])

    def test_weeks_begin_as_the_user_has_them(self):
        lang = self.env["res.lang"]._lang_get(self.env.user.lang)
        self.ask(11)
        for week_start, begins in (
            ("1", ["2026-02-23", "2026-03-02", "2026-03-09"]),
            ("7", ["2026-03-01", "2026-03-08"]),
        ):
            lang.week_start = week_start
            with self.subTest(week_start):
                weeks = self.begins("week", "2026-03-01", "2026-03-14", tz="UTC")
                self.assertEqual([begin[:10] for begin, _count in weeks], begins)

    def test_months(self):
        months = self.begins("month", "2026-01-15", "2026-03-14", tz="Europe/Berlin")
        self.assertEqual(
            [begin for begin, _count in months],
            ["2025-12-31 23:00:00", "2026-01-31 23:00:00", "2026-02-28 23:00:00"],
        )
