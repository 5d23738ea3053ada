"""The log tells if somebody has changed the receipt of a change past the addon."""

import json

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..helpers.changes import ChangeCase
from ..helpers.log import LogCase


@tagged("post_install", "-at_install")
class TestChangeLog(ChangeCase, LogCase):
    def test_whatever_was_changed_is_found(self):
        self.order_of_both("LOG-1")
        self.ask_change("LOG-1", remove=self.items(POT=1))
        self.confirm_change("LOG-1")
        receipt = self.change_of("LOG-1")
        self.assertEqual(self.findings(), [])
        for name, value in {
            "kind": "whole",
            "change_body": json.dumps({"remove": {"items": [{"id": "POT", "quantity": 2}]}}),
            "is_change_id_given": False,
            "confirmation_asked_at": fields.Datetime.to_datetime("2020-01-01 00:00:00"),
            "is_contradicted": True,
            "is_whole_after_all": True,
        }.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.rewrite(receipt, **{name: value})
                self.assertTrue(self.findings())
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(self.findings(), [])

    def test_what_was_asked_cannot_be_changed(self):
        self.order_of_both("LOG-2")
        self.ask_change("LOG-2", remove=self.items(POT=1))
        with self.assertRaises(UserError):
            self.change_of("LOG-2").sudo().change_body = {}
