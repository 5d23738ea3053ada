"""Public methods: who is not in the table gets an AccessError, and has changed nothing."""

from odoo.service.model import get_public_method
from odoo.tests import tagged

from ..helpers.rights import ABOUT, ARGUMENTS, METHODS, ODOO_DECIDES, PAGE
from ..helpers.rights_case import RightsCase
from ..helpers.rights_inventory import own_methods

CRUD = {"create", "write", "unlink"}


@tagged("post_install", "-at_install")
class TestMethods(RightsCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())  # some have transactions of their own

    def test_every_public_method_is_in_the_table(self):
        found = {model: names - CRUD for model, names in own_methods(self.env).items()}
        table = {model: set(rows) for model, rows in METHODS.items()}
        self.assertEqual(table, {model: names for model, names in found.items() if names})
        for model, method in (*ARGUMENTS, *ABOUT):
            self.assertIn(method, CRUD | set(METHODS[model]))

    def test_each_user_calls_each_method(self):
        self.assertTable(self._answers())

    def _answers(self):
        before = self.state_of_database()
        for model, rows in METHODS.items():
            for method, row in rows.items():
                for kind, side, documents in self.both_sides():
                    if documents is self.here and kind in ODOO_DECIDES.get((model, method), ()):
                        continue
                    what = f"{model}.{method} {side} by {kind}"
                    with self.undone():
                        record = self.record(model, documents, kind, method)
                        refused = self.is_refused(lambda m=method, r=record: self.call(r, m))
                        allowed = self.is_allowed(kind, documents, row)
                        if row is PAGE or not allowed:
                            self.assertEqual(self.state_of_database(), before, what)
                            # To a wizard, documents that its user may not see are not there.
                            refused |= self.is_wizard(model)
                        yield what, refused, allowed

    def call(self, record, method):
        """Call a method the way Odoo's RPC does."""
        return get_public_method(record, method)(record, **self.arguments(record, method))
