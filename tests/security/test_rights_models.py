"""Each kind of user reads, writes, creates and deletes what the table says, in its own company."""

from functools import partial

from odoo.tests import tagged

from ..helpers.rights import FOREIGN, RECORDS
from ..helpers.rights_case import RightsCase
from ..helpers.rights_inventory import own_models

OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestModels(RightsCase):
    def test_every_model_is_in_the_table(self):
        self.assertEqual(set(RECORDS), own_models(self.env))

    def test_each_user_reads_the_records_of_the_table_alone(self):
        self._test_operation("read", lambda record: record.read(["display_name"]))

    def test_each_user_writes_the_records_of_the_table_alone(self):
        self._test_operation("write", lambda record: record.write({}))

    def test_each_user_creates_the_records_of_the_table_alone(self):
        self._test_operation("create", None)

    def test_each_user_deletes_the_records_of_the_table_alone(self):
        self._test_operation("unlink", lambda record: record.unlink())

    def test_whoever_may_read_a_record_may_read_all_its_open_fields(self):
        for model in RECORDS:
            if not self.env[model]._auto or self.is_wizard(model):
                continue
            for kind, side, documents in self.both_sides():
                record = self.record(model, documents, kind)
                if record.has_access("read"):
                    refused = self.is_refused(record.read)
                    self.assertFalse(refused, f"{model} {side} by {kind}")

    def _test_operation(self, operation, method):
        self.assertTable(self._answers(operation, method))

    def _answers(self, operation, method):
        for model, rows in RECORDS.items():
            row = rows[OPERATIONS.index(operation)]
            for kind, side, documents in self.both_sides() if self.env[model]._auto else ():
                own = self.is_wizard(model)
                if own and (kind == FOREIGN) is (documents is self.here):
                    continue  # what becomes of a wizard about others' documents: its methods
                with self.undone():
                    if operation == "create":
                        method = partial(self.make, model, documents)
                    record = self.record(model, documents, kind, operation)
                    refused = self.is_refused(partial(method, record))
                    allowed = self.is_allowed(kind, documents, row, own)
                    yield f"{operation} {model} {side} by {kind}", refused, allowed

    def make(self, model, documents, records):
        """Create what the fixture's ``records`` are like, as their user."""
        return records.create(self.values(model, documents))

    def test_abstract_models_take_who_is_in_the_table(self):
        for model, rows in RECORDS.items():
            for kind in self.users if self.env[model]._abstract else ():
                mine = self.as_user(kind, self.env[model])
                for operation, row in zip(OPERATIONS, rows, strict=True):
                    expected = self.is_allowed(kind, None, row, own_wizard=True)
                    with self.subTest(model, user=kind, operation=operation):
                        self.assertEqual(mine.has_access(operation), expected)

    def test_wizards_are_their_users_own(self):
        for model in filter(self.is_wizard, RECORDS):
            wizard = self.record(model, self.here, "sales manager")
            others = self.as_user("manager", wizard)
            self.assertFalse(others.search([]) & others)
            for operation in ("read", "write", "unlink"):
                with self.subTest(model, operation=operation):
                    self.assertTrue(wizard.has_access(operation))
                    self.assertFalse(others.has_access(operation))
