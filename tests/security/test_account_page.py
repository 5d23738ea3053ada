"""Who manages no marketplaces reads what an account is and does; no key, address or message."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user, tagged
from odoo.tools import html2plaintext

from ..helpers.common import MarketplaceCase
from ..helpers.rights import ADDON

OUTBOUND = {
    "store_name": "luxstore",
    "outbound_key": "vtexappkey-luxstore-ABCDEF",
    "new_outbound_token": "t0ken",
    "allowed_networks": "192.0.2.7",
}
#: What the account's page shows to whoever may read an account.
SHOWN = {"name", "code", "user_id", "on_picking", "on_shipped", "decision_hours"}
#: Further pages and fields of managers.
HIDDEN = {
    "authentication",
    "endpoint_url",
    "rate_limit",
    "hook_state",
    "read_rate",
    "outbound_days",
}
MESSAGES = ("mail.message", [("model", "=", "marketplace.account")])


@tagged("post_install", "-at_install")
class TestAccountPage(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.write(OUTBOUND)
        cls.account._generate_credential()
        cls.env.cr.precommit.run()  # changes are tracked then
        cls.worker = new_test_user(cls.env, "worker", "stock.group_stock_user")
        cls.manager = new_test_user(cls.env, "manager", f"{ADDON}.group_marketplace_manager")

    def call(self, user, model, method, *args, **kwargs):
        """What a call of ``method`` by RPC gives ``user``."""
        self.env.invalidate_all()
        record = self.env[model].with_user(user)
        if model == self.account._name and method != "get_views":
            record = record.browse(self.account.id)
        return get_public_method(record, method)(record, *args, **kwargs)

    def fields_on_page(self, user):
        views = self.call(user, self.account._name, "get_views", [(False, "form")])
        form = etree.fromstring(views["views"]["form"]["arch"])
        return {field.get("name") for field in form.iter("field")}, form

    def test_its_name_is_read_and_no_key_or_address(self):
        (row,) = self.call(self.worker, self.account._name, "read")
        self.assertEqual(row["name"], self.account.name)
        self.assertNotIn(OUTBOUND["outbound_key"], str(row))
        for field in ("outbound_key", "services_endpoint", "store_name", "allowed_networks"):
            with self.subTest(field):
                with self.assertRaises(AccessError):
                    self.call(self.worker, self.account._name, "read", [field])
                (row,) = self.call(self.manager, self.account._name, "read", [field])
                self.assertEqual(row[field], OUTBOUND.get(field, False))

    def test_the_page_shows_what_happens_and_nothing_of_security(self):
        fields, form = self.fields_on_page(self.worker)
        self.assertEqual(fields & (SHOWN | HIDDEN), SHOWN)
        self.assertFalse(form.findall(".//chatter"))
        fields, form = self.fields_on_page(self.manager)
        self.assertEqual(fields & (SHOWN | HIDDEN), SHOWN | HIDDEN)
        self.assertTrue(form.findall(".//chatter"))

    def test_messages_of_accounts_are_for_managers(self):
        model, domain = MESSAGES
        found = self.call(self.manager, model, "search_read", domain, ["body"])
        self.assertIn("New credentials were generated", str(found))
        self.assertEqual(self.call(self.worker, model, "search_read", domain, ["body"]), [])
        message = self.account.message_ids[0].with_user(self.worker)
        with self.assertRaises(AccessError):
            message.read(["body"])

    def test_followers_are_told_of_credentials_without_their_key(self):
        self.account.message_subscribe(self.worker.partner_id.ids)
        key, _token = self.account._generate_credential()
        told = self.account.message_ids[0].with_user(self.worker)
        text = html2plaintext(told.read(["body"])[0]["body"])
        self.assertIn(key[:-12], text)
        self.assertNotIn(key, text)
        self.account.outbound_key = "vtexappkey-luxstore-OTHERS"
        self.env.cr.precommit.run()
        changes = self.account.message_ids.tracking_value_ids.filtered(
            lambda change: change.field_id.name == "outbound_key"
        )
        self.assertTrue(changes)
        self.assertFalse(changes._filter_has_field_access(self.env(user=self.worker)))
