"""A new account: the code that is proposed for it, its address, and what is shown of its keys."""

import shlex

from odoo.tests import Form, tagged

from ..helpers.common import EndpointCase, MarketplaceCase


@tagged("post_install", "-at_install")
class TestProposal(MarketplaceCase):
    def form(self, account=None):
        return Form(account or self.env["marketplace.account"])

    def test_the_code_follows_the_name_until_somebody_writes_one(self):
        form = self.form()
        form.name = "VTEX Brasil"
        self.assertEqual(form.code, "vtex-brasil")
        form.name = "VTEX São Paulo"
        self.assertEqual(form.code, "vtex-sao-paulo")
        form.code = "mine"
        form.name = "VTEX Rio"
        self.assertEqual(form.code, "mine")
        self.assertEqual(form.save().code, "mine")

    def test_an_emptied_code_is_proposed_again(self):
        form = self.form()
        form.name = "A"
        form.code = False
        form.name = "B"
        self.assertEqual(form.save().code, "b")

    def test_it_is_unique_among_all_accounts(self):
        company = self.env["res.company"].create({"name": "Another Company"})
        self.make_account("vtex_br", company_id=company.id, active=False)
        form = self.form()
        form.name = "VTEX BR"
        self.assertEqual(form.save().code, "vtex-br-2")

    def test_another_name_does_not_change_a_saved_code(self):
        form = self.form(self.account)
        form.name = "Quite Another Name"
        self.assertEqual(form.save().code, self.account.code)
        self.assertEqual(self.account.code, "test-market")

    def test_another_code_of_a_saved_account_is_warned_of(self):
        account = self.account
        changed = account.new({"code": "other"}, origin=account)
        self.assertIn("“test-market”", changed._onchange_code()["warning"]["message"])
        self.assertIsNone(account.new({"code": "test-market"}, origin=account)._onchange_code())
        self.assertIsNone(account.new({"code": "other"})._onchange_code())


@tagged("post_install", "-at_install")
class TestAddress(EndpointCase):
    def test_what_marketplaces_cannot_call_is_warned_of(self):
        parameters = self.env["ir.config_parameter"]
        for url, words in {
            "https://shop.example.com": None,
            "http://shop.example.com": "https://shop.example.com",
            "https://10.1.2.3": "cannot reach 10.1.2.3",
            "http://odoo.local:8069": "cannot reach odoo.local",
        }.items():
            with self.subTest(url):
                parameters.set_param("web.base.url", url)
                self.account.invalidate_recordset()
                warning = self.account.endpoint_warning
                self.assertEqual(bool(warning), bool(words))
                if words:
                    self.assertIn(words, warning)
                    self.assertIn("web.base.url", warning)
                (step,) = [step for step in self.account.setup_steps if step["key"] == "address"]
                self.assertEqual(step["warning"], warning or "")
                self.assertEqual(step["copy"], f"{url}/marketplace/test-market")

    def test_all_of_the_credentials_are_copied_and_tried(self):
        """The command is what it says: its words are those of a call that proves who it is."""
        self.account.allow_query_token = True
        action = self.account._show_new_credential()
        shown = self.env[action["res_model"]].with_context(**action["context"]).new()
        for text in (shown.endpoint_url, shown.app_key, shown.app_token, shown.query_url):
            self.assertIn(text, shown.everything)
        curl, *words = shlex.split(shown.curl_command.replace("\\\n", ""))
        self.assertEqual((curl, words[:3]), ("curl", ["-i", "-X", "POST"]))
        url, options = words[3], words[4:]
        headers = dict(text.split(": ", 1) for text in options[1::2][:-1])
        self.assertEqual(options[-2], "-d")
        self.env.flush_all()
        path = url.removeprefix(self.account.get_base_url())
        for token, status in ((shown.app_token, 404), ("wrong", 401)):
            headers["X-VTEX-API-AppToken"] = token
            response = self.opener.post(
                self.base_url() + path, data=options[-1].encode(), headers=headers, timeout=30
            )
            self.assertEqual(response.status_code, status)
