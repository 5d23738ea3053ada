"""The code that is proposed for an account, and the address that is made of it."""

from unittest import TestCase

from ...tools.account_code import CODE, propose_code
from ...tools.public_address import doubt_about


class TestProposedCode(TestCase):
    def test_proposed_codes_are_valid(self):
        for name, code in {
            "VTEX Brazil": "vtex-brazil",
            "  Loja São João — Pilões!  ": "loja-sao-joao-piloes",
            "7": "7",
            "_a_b_": "a-b",
            "ДОМ": "marketplace",
            "!": "marketplace",
            "x" * 47 + " yz": "x" * 47,
        }.items():
            with self.subTest(name):
                self.assertEqual(propose_code(name, ()), code)
                self.assertTrue(CODE.fullmatch(code))

    def test_what_is_taken_or_like_it_gets_a_number(self):
        self.assertEqual(propose_code("VTEX BR", {"vtex-br"}), "vtex-br-2")
        self.assertEqual(propose_code("VTEX BR", {"vtex_br", "vtex-br_2"}), "vtex-br-3")
        self.assertEqual(propose_code("VTEX BR", {"vtex-brazil"}), "vtex-br")


class TestDoubtAbout(TestCase):
    def test_doubts(self):
        for url, doubt in {
            "https://shop.example.com/marketplace/a": None,
            "https://8.8.8.8": None,
            "https://[2606:4700::1111]:8443/": None,
            "HTTPS://Shop.Example.COM": None,
            "https://locals.example.com": None,
            "http://shop.example.com": "plain",
            "http://8.8.8.8:8069/marketplace/a": "plain",
            "https://localhost": "private",
            "http://localhost:8069": "private",
            "https://odoo": "private",
            "https://odoo.local./": "private",
            "https://erp.lan:8443": "private",
            "https://10.0.0.5": "private",
            "http://192.168.1.10:8069": "private",
            "https://172.16.3.4": "private",
            "http://127.0.0.1": "private",
            "https://[::1]": "private",
            "https://[fd00::1]": "private",
            "https://": "private",
            "https://[broken": "private",
        }.items():
            with self.subTest(url):
                self.assertEqual(doubt_about(url), doubt)
