"""Days and moments, as people read them where they live."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytz

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger

from ...models.base.moments import day_of, in_words
from ...tools.cause import Upstream
from ..helpers.common import MarketplaceCase
from ..helpers.questions import DeadlinesCase, SiblingsCase

#: East and west of the date line: in one of them, at least, it is another day than by UTC.
ZONES = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
#: A moment at which it is another day in both.
TEN = datetime(2026, 3, 5, 10, 30)


def day(moment, zone):
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).date()


@tagged("post_install", "-at_install")
class TestInWords(MarketplaceCase):
    def test_zone_is_named_with_its_offset(self):
        for zone, text in (
            ("UTC", "3/5/26, 10:30 AM (UTC)"),
            ("Europe/Berlin", "3/5/26, 11:30 AM (Europe/Berlin, UTC+01:00)"),
            ("America/St_Johns", "3/5/26, 7:00 AM (America/St_Johns, UTC-03:30)"),
            ("No/Where", "3/5/26, 10:30 AM (UTC)"),
            (False, "3/5/26, 10:30 AM (UTC)"),
        ):
            with self.subTest(zone):
                self.env.user.tz = False
                env = self.env(context={"tz": zone, "lang": "en_US"})
                told = in_words(env, TEN).replace("\N{NARROW NO-BREAK SPACE}", " ")
                self.assertEqual(told, text)

    def test_day_is_the_users_whatever_the_context(self):
        user = new_test_user(self.env, "far", tz=ZONES[0]).with_context(tz=ZONES[1])
        self.assertEqual(str(day_of(user, TEN)), "2026-03-06")
        user.tz = False
        self.assertEqual(str(day_of(user, TEN)), "2026-03-05")


@tagged("post_install", "-at_install")
class TestDueDays(DeadlinesCase):
    def test_note_says_until_when(self):
        for zone in ZONES:
            with self.subTest(zone):
                self.salesperson.tz = zone
                _order, receipt = self.evaluating(f"D-{zone}")
                moment = in_words(self.env, receipt.decide_before, pytz.timezone(zone))
                (note,) = receipt.activity_ids.mapped("note")
                self.assertIn(f"Picking has begun. Decide by {moment} at the latest.", note)

    def test_note_of_an_account_without_deadlines_says_why(self):
        self.account.decision_hours = 0
        _order, receipt = self.evaluating("D-0")
        (note,) = receipt.activity_ids.mapped("note")
        self.assertEqual(html2plaintext(note), "Picking has begun.")

    def test_everything_is_due_today_where_they_live(self):
        for zone in ZONES:
            self.salesperson.tz = zone
            order, receipt = self.evaluating(f"T-{zone}")
            self.assertDueToday(receipt, zone)
            cause = receipt._as_cause()
            product, place = self.product.id, self.warehouse.lot_stock_id.id
            receipt.activity_ids.unlink()
            receipt._set_failed(order, "No.")
            self.assertDueToday(receipt, zone)
            order._have_seen_to("Look.")
            self.assertDueToday(order, zone)
            order._ask_where_goods_are({(product, place): 1}, cause)
            self.assertDueToday(order, zone)
            order._see_to_document(Upstream(order), cause, newest=10**9, stop=True)
            self.assertDueToday(order, zone)
            order.user_id = self.salesperson
            order._ask_about_money(order, ["Look."], cause)
            self.assertDueToday(order, zone)

    def assertDueToday(self, document, zone):
        activity = document.activity_ids.sorted("id")[-1:]
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(activity.date_deadline, day(fields.Datetime.now(), zone), zone)
        self.assertEqual(activity.state, "today")

    def test_reminder_names_the_zone_of_whom_it_reminds(self):
        self.salesperson.tz = "Asia/Kolkata"
        _order, receipt = self.evaluating("R-1")
        self.let_pass(receipt, 13)
        (text,) = self.chatter(receipt)[:1]
        self.assertIn("(Asia/Kolkata, UTC+05:30)", text)
        there = receipt.decide_before + timedelta(hours=5, minutes=30)
        self.assertIn(f"{there:%M}", text)
        self.assertIn(f"{there.month}/{there.day}/", text)


@tagged("post_install", "-at_install")
class TestPutOff(SiblingsCase, DeadlinesCase):
    @mute_logger("odoo.addons.marketplace_order_cancellation.models")
    def put_off(self, name):
        """A request that cannot be refused any more, when its time to decide is over."""
        self.account.default_decision = "refuse"
        order, _first, _answer = self.confirmed_and_failed(name)
        receipt = self.ask_again(order)
        self.rewrite(receipt.activity_ids, date_deadline="2026-01-01")
        return receipt

    def test_activity_is_due_today_and_says_until_when(self):
        for zone in ZONES:
            with self.subTest(zone):
                self.salesperson.tz = zone
                receipt = self.put_off(f"P-{zone}")
                self.let_pass(receipt, 24)
                self.assertEqual(len(receipt.activity_ids), 1)
                due = receipt.activity_ids.date_deadline
                self.assertEqual(due, day(fields.Datetime.now(), zone))
                moment = in_words(self.env, receipt.decide_before, pytz.timezone(zone))
                self.assertIn(f"Decide by {moment}", receipt.activity_ids.note)

    def test_nobody_is_reminded_of_a_deadline_that_there_is_not(self):
        receipt = self.put_off("P-1")
        self.account.decision_hours = 0
        messages = receipt.message_ids
        self.let_pass(receipt, 24)
        self.assertFalse(receipt.decide_before)
        self.assertEqual(receipt.message_ids, messages)
        self.assertEqual(receipt.state, "evaluating")


@tagged("post_install", "-at_install")
class TestTexts(DeadlinesCase):
    def test_documents_say_it_in_the_readers_zone(self):
        order, receipt = self.evaluating("T-1")
        self.rewrite(receipt, decide_before=TEN, received_at=TEN)
        for zone, hour in (("Asia/Kolkata", "4:00"), ("America/St_Johns", "7:00")):
            groups = "sales_team.group_sale_salesman_all_leads,stock.group_stock_user"
            user = new_test_user(self.env, f"in {zone}", groups=groups, tz=zone)
            for document in (order, order.picking_ids):
                # as the web client asks, and as others do
                for context in ({"tz": zone}, {"tz": False}):
                    with self.subTest(document=document._name, zone=zone, context=context):
                        seen = document.with_user(user).with_context(lang="en_US", **context)
                        told = seen.marketplace_notice_details
                        self.assertEqual(told.count(f"({zone}, UTC"), 2, told)
                        self.assertEqual(told.count(hour), 2, told)

    def test_one_text_for_each_zone(self):
        order, _receipt = self.evaluating("T-2")
        told = {
            order.with_context(tz=zone).marketplace_notice_details
            for zone in ("Asia/Kolkata", "America/St_Johns")
        }
        self.assertEqual(len(told), 2)

    def test_messages_for_many_name_the_zone(self):
        self.salesperson.tz = "Asia/Kolkata"
        self.account._generate_credential()
        end = fields.Datetime.now() + timedelta(days=7)
        account = self.account.with_context(tz="America/St_Johns")
        account._generate_credential(present_until=end)
        self.assertIn("(America/St_Johns, UTC-", self.chatter(self.account)[0])
        self.account.credential_ids._end(end)
        self.run_cron("cron_tell_health")
        text = next(text for text in self.chatter(self.account) if "needs attention" in text)
        self.assertIn("(Asia/Kolkata, UTC+05:30)", text)
