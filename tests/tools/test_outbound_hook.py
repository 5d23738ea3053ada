"""How the Orders hook is set up, and orders are listed, in plain Python."""

import json
from datetime import datetime
from unittest import TestCase, skipUnless
from urllib.parse import parse_qsl, urlsplit

from ...tools.outbound import call
from ...tools.outbound.address import Address
from ...tools.outbound.call import Call
from ...tools.outbound.hook import HookConfig
from ..helpers.random_examples import RandomCase, given, st
from ..helpers.random_json import json_texts, json_values

STORE = Address.of_store("mystore")
CONFIG = "https://mystore.vtexcommercestable.com.br/api/orders/hook/config"
OURS = "https://odoo.example/marketplace/lux/hook"


class TestCalls(TestCase):
    def test_hook(self):
        body = {
            "filter": {"type": "FromWorkflow", "status": ["cancel", "canceled"]},
            "hook": {"url": OURS, "headers": {"X-Token": "s3cret"}},
        }
        for built, expected in (
            (call.read_hook(STORE), Call("GET", CONFIG)),
            (
                call.set_hook(STORE, OURS, {"X-Token": "s3cret"}, ("cancel", "canceled")),
                Call("POST", CONFIG, body),
            ),
            (call.remove_hook(STORE), Call("DELETE", CONFIG)),
            (
                call.remove_hook(Address.parse("https://lux.example/api/oms?an=lux")),
                Call("DELETE", "https://lux.example/api/orders/hook/config?an=lux"),
            ),
        ):
            with self.subTest(built.url, method=built.method):
                self.assertEqual(built, expected)

    def test_no_secret_when_shown(self):
        built = call.set_hook(STORE, OURS, {"X-Token": "s3cret"}, ("cancel",))
        self.assertNotIn("s3cret", f"{built!r}")
        self.assertNotIn("s3cret", f"{HookConfig(OURS, {'X-Token': 's3cret'})!r}")

    def test_list_of_orders(self):
        moments = datetime(2022, 1, 1, 2), datetime(2022, 1, 2, 1, 59, 59, 999000)
        asked = {
            "f_status": "canceled,cancellation-requested",
            "f_creationDate": "creationDate:[2022-01-01T02:00:00.000Z TO 2022-01-02T01:59:59.999Z]",
            "page": "3",
            "per_page": "100",
        }
        for endpoint, own in (
            ("https://lux.example/api/oms?an=lux%20e", {"an": "lux e"}),
            ("https://lux.example/", {}),
        ):
            with self.subTest(endpoint):
                built = call.list_orders(
                    Address.parse(endpoint), ("canceled", "cancellation-requested"), *moments, 3
                )
                parts = urlsplit(built.url)
                self.assertEqual((built.method, built.body), ("GET", None))
                self.assertEqual((parts.netloc, parts.path), ("lux.example", "/api/oms/pvt/orders"))
                self.assertEqual(
                    parse_qsl(parts.query, strict_parsing=True), [*(own | asked).items()]
                )
                self.assertRegex(parts.query, r"\A[\w.%=&-]+\Z")

    def test_what_is_in_a_status_stays_in_it(self):
        built = call.list_orders(STORE, ("a&page=9#",), datetime(2022, 1, 1), datetime(2022, 1, 2))
        query = dict(parse_qsl(urlsplit(built.url).query))
        self.assertEqual((query["f_status"], query["page"]), ("a&page=9#", "1"))


class TestHookConfig(TestCase):
    def test_what_is_read(self):
        everything = {
            "filter": {"type": "FromWorkflow", "status": ["cancel", "canceled"]},
            "hook": {"url": OURS, "headers": {"key": "value"}},
        }
        for document, expected in (
            (everything, HookConfig(OURS, {"key": "value"}, ("cancel", "canceled"))),
            ({"Hook": {"Url": OURS}, "Filter": {"Status": ["x", 1]}}, HookConfig(OURS, {}, ("x",))),
            ({"hook": {"url": OURS, "headers": {"a": 1, "b": "2"}}}, HookConfig(OURS, {"b": "2"})),
            (
                {"hook": {"url": OURS, "headers": []}, "filter": {"type": "FromOrders"}},
                HookConfig(OURS),
            ),
            ({"hook": {"url": OURS}, "filter": "all"}, HookConfig(OURS)),
            ({}, None),
            (None, None),
            ({"hook": None, "filter": None}, None),
            ({"hook": {}, "filter": {"status": []}}, None),
            ({"hook": {"url": "", "headers": {}}}, None),
            ({"hook": {"url": None}}, None),
        ):
            with self.subTest(document):
                self.assertEqual(HookConfig.from_text(json.dumps(document)), expected)
        self.assertIsNone(HookConfig.from_text(" \n"))

    def test_what_cannot_be_understood_is_not_taken_for_none(self):
        for text in (
            "<html>",
            "[]",
            '"none"',
            '{"url": "https://other.example"}',
            '{"filter": {"type": "FromWorkflow"}}',
            '{"hook": "https://other.example"}',
            '{"hook": ["https://other.example"]}',
            '{"hook": {"url": 1}}',
            '{"hook": {"url": false}}',
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                HookConfig.from_text(text)

    def test_whose_it_is(self):
        for url, is_ours in {
            OURS: True,
            f"{OURS}/": True,
            "HTTPS://Odoo.Example:443/marketplace/lux/hook": True,
            "http://odoo.example/marketplace/lux/hook": False,
            "https://odoo.example:8443/marketplace/lux/hook": False,
            "https://odoo.example/marketplace/LUX/hook": False,
            "https://odoo.example/marketplace/lux/hook?db=test": False,
            "https://other.example/marketplace/lux/hook": False,
            "https://odoo.example:port/marketplace/lux/hook": False,
            "": False,
        }.items():
            with self.subTest(url):
                self.assertIs(HookConfig(url).is_ours(OURS), is_ours)
        self.assertFalse(HookConfig("https://[::1").is_ours("https://odoo.example:port"))


@skipUnless(given, "hypothesis is not installed")
class TestAnyHookConfig(RandomCase, TestCase):
    def test_whatever_the_marketplace_answers(self):
        values = json_values(max_leaves=3)
        near = st.fixed_dictionaries(
            {},
            optional={
                "hook": values
                | st.fixed_dictionaries({}, optional={"url": values, "headers": values}),
                "filter": values | st.fixed_dictionaries({"status": values | st.lists(values)}),
            },
        )
        self.for_all(st.text() | json_texts(values | near), self.check, 100)

    def check(self, text):
        try:
            config = HookConfig.from_text(text)
        except ValueError:
            return
        if config is not None:
            self.assertIs(config.is_ours(config.url), True)
            self.assertTrue(all(isinstance(state, str) for state in config.states))
