"""Restricted fields: who is not in the table gets an AccessError, or no such field."""

from functools import partial

from odoo.tests import tagged

from ..helpers.rights import FIELDS, FOREIGN, RECORDS
from ..helpers.rights_case import RightsCase
from ..helpers.rights_inventory import own_fields, own_models

#: model of a wizard: which of its fields names the document that it is about.
SUBJECTS = {
    "marketplace.change.choice": "receipt_id",
    "marketplace.change.choice.line": "change_line_id",
    "marketplace.credential.rotation": "account_id",
    "marketplace.decision": "receipt_id",
    "marketplace.erasure": "receipt_ids",
    "marketplace.give.up": "call_ids",
    "marketplace.hook.replacement": "account_id",
    "marketplace.log.check": "account_id",
    "marketplace.order.cancel": "order_id",
    "marketplace.order.keep": "order_id",
    "marketplace.order.part": "order_id",
    "marketplace.order.part.line": "sale_line_id",
    "marketplace.resolution": "receipt_ids",
}


@tagged("post_install", "-at_install")
class TestFields(RightsCase):
    def test_every_field_that_needs_it_is_in_the_table(self):
        ours = own_models(self.env)
        found = {}
        for model, fields in own_fields(self.env).items():
            restricted = {n for n, f in fields.items() if f.groups or model not in ours}
            if restricted:
                found[model] = restricted
        self.assertEqual({model: set(rows) for model, rows in FIELDS.items()}, found)

    def test_each_user_reads_the_fields_of_the_table_alone(self):
        self.assertTable(self._answers(lambda record, field: record.read([field])))

    def test_wizards_tell_nothing_of_what_their_user_may_not_see(self):
        self.assertTable(self._answers_of_wizards())

    def _answers_of_wizards(self):
        """What follows from a document is for who may read that; a link alone is its user's own."""
        for model in filter(self.is_wizard, RECORDS):
            fields = {n: f for n, f in own_fields(self.env)[model].items() if not f.store}
            for kind, side, documents in self.both_sides():
                wizard = self.record(model, documents, kind)
                subject = wizard.sudo()[SUBJECTS[model]].with_env(wizard.env)
                for name in fields:
                    refused = self.is_refused(partial(wizard.read, [name]))
                    allowed = wizard.has_access("read") and subject.has_access("read")
                    yield f"{model}.{name} {side} by {kind}", refused, allowed

    def _answers(self, attempt):
        for model, rows in FIELDS.items():
            for kind, side, documents in self.both_sides():
                if self.is_wizard(model) and (kind == FOREIGN) is (documents is self.here):
                    continue  # see the test of wizards
                record = self.record(model, documents, kind)
                sees_record = record.has_access("read")
                for field, row in rows.items():
                    refused = self.is_refused(partial(attempt, record, field))
                    allowed = sees_record and self.is_allowed(kind, documents, row)
                    yield f"{model}.{field} {side} by {kind}", refused, allowed
