"""`mail_activity_team` lets a type of activity ask a team: its activities have no user."""

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..helpers.warehouse import WarehouseCase


@tagged("post_install", "-at_install")
class TestTeams(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mail.activity.team" not in cls.env:
            cls.skipTest(cls, "mail_activity_team is not installed")
        cls.team = cls.env["mail.activity.team"].create(
            {"name": "Returns", "member_ids": [Command.set(cls.env.user.ids)]}
        )
        kind = cls.env.ref("marketplace_order_cancellation.activity_decide")
        kind.default_team_id = cls.team

    def setUp(self):
        super().setUp()
        self.receipt = self.ask(self.order_of_three("T-1", done=1))
        self.asked = self.receipt.activity_ids
        self.assertFalse(self.asked.user_id)
        self.assertEqual(self.asked.team_id, self.team)

    def test_the_team_is_asked_once(self):
        self.run_cron("cron_deadlines")
        self.assertEqual(self.receipt.activity_ids, self.asked)

    def test_it_is_asked_again_while_nothing_is_decided(self):
        self.asked.action_feedback("Later")
        again = self.receipt.activity_ids
        self.assertEqual(again.team_id, self.team)
        self.assertIn("Nothing is decided yet", html2plaintext(again.note))

    def test_it_is_asked_no_more_once_somebody_has_decided(self):
        self.receipt.action_refuse("It has left.")
        self.assertFalse(self.receipt.activity_ids)
