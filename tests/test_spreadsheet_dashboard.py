"""The page among Odoo's dashboards: what it asks for exists, who sees it, and the page itself."""

import json
import re
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged
from odoo.tools import file_open

from .common import MarketplaceCase
from .test_tours import MARKETPLACE, SALES, STOCK, TourCase

RECEIPT = "marketplace.cancellation.receipt"
ADDON = "marketplace_order_cancellation"
XML_ID = f"{ADDON}.spreadsheet_dashboard_cancellations"
FILE = f"{ADDON}/data/files/cancellations_dashboard.json"
#: PIVOT.VALUE(1,"__count","state","failed"), PIVOT.HEADER(6,"#reason",1), ODOO.LIST(1,1,"reason")
FORMULA = re.compile(r"(PIVOT\.VALUE|PIVOT\.HEADER|ODOO\.LIST(?:\.HEADER)?)\((\d+)([^)]*)\)")


class DashboardPageCase(MarketplaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.modules = cls.env["ir.module.module"]
        with file_open(FILE) as file:
            cls.book = json.load(file)

    def setUp(self):
        super().setUp()
        if "spreadsheet.dashboard" not in self.env:
            self.skipTest("needs spreadsheet_dashboard")
        self.dashboard = self.env.ref(XML_ID)


@tagged("post_install", "-at_install")
class TestDashboardPage(DashboardPageCase):
    def test_who_sees_it(self):
        for groups, sees in (
            (MARKETPLACE, True),
            (SALES, True),
            (STOCK, True),
            ("base.group_user", False),
            ("base.group_system", False),
        ):
            user = new_test_user(self.env, f"u-{groups}", f"base.group_user,{groups}")
            with self.subTest(groups):
                found = self.env["spreadsheet.dashboard"].with_user(user).search([])
                self.assertEqual(self.dashboard in found, sees)
                # As the page lists them.
                section = self.dashboard.dashboard_group_id.with_user(user)
                self.assertEqual(self.dashboard in section.published_dashboard_ids, sees)

    def test_it_is_what_the_file_says(self):
        self.assertEqual(json.loads(self.dashboard.spreadsheet_data), self.book)
        self.assertEqual(self.dashboard._get_dashboard_translation_namespace(), ADDON)
        self.assertFalse(self.dashboard.company_ids)

    def test_what_people_make_of_it_stays(self):
        values = {"name": "Ours", "is_published": False, "sequence": 7, "spreadsheet_data": "{}"}
        self.dashboard.write(values)
        for name in (ADDON, "spreadsheet_dashboard"):
            self.modules._get(name).write({"state": "installed"})
        self.assertEqual(self.env.ref(XML_ID), self.dashboard)
        self.assertEqual(self.dashboard.read(values)[0], {"id": self.dashboard.id, **values})

    def test_it_comes_with_either_addon(self):
        for name in (ADDON, "spreadsheet_dashboard"):
            with self.subTest(name):
                self.env.ref(XML_ID).unlink()
                self.modules._get("sale").write({"state": "installed"})
                self.assertFalse(self.env.ref(XML_ID, raise_if_not_found=False))
                self.modules._get(name).write({"state": "installed"})
                self.assertTrue(self.env.ref(XML_ID).is_published)

    def test_it_comes_in_the_languages_that_are_there(self):
        self.env["res.lang"]._activate_lang("es_ES")
        self.env.ref(XML_ID).unlink()
        self.modules._add_marketplace_dashboard()
        self.assertEqual(self.env.ref(XML_ID).with_context(lang="es_ES").name, "Cancelaciones")


@tagged("post_install", "-at_install")
class TestDashboardBook(DashboardPageCase):
    """The file names fields, values and menus, and nobody would be told of those that are gone."""

    def described(self, model):
        return self.env[model].fields_get()

    def assertGroupable(self, model, spec):
        name, _, granularity = spec.partition(":")
        described = self.described(model)[name]
        self.assertTrue(described["groupable"], spec)
        self.assertEqual(bool(granularity), described["type"] in ("date", "datetime"), spec)
        self.env[model].formatted_read_group([], [spec], ["__count"])

    def assertMeasure(self, model, name, aggregator=None):
        if name != "__count":
            self.assertEqual(self.described(model)[name]["aggregator"], aggregator, name)

    def assertMatching(self, model, matching):
        filters = {one["id"]: one for one in self.book["globalFilters"]}
        self.assertLessEqual(set(matching), set(filters))
        for name, match in matching.items():
            described = self.described(model)[match["chain"]]
            self.assertEqual(match["type"], described["type"])
            self.assertEqual(filters[name].get("modelName"), described.get("relation"))

    def charts(self):
        for figure in self.book["sheets"][0]["figures"]:
            if figure["tag"] == "chart":
                yield figure["data"]
            else:
                yield from figure["data"]["chartDefinitions"].values()

    def test_pivots(self):
        for pivot in self.book["pivots"].values():
            with self.subTest(pivot["name"]):
                model = pivot["model"]
                self.env[model].search_count(pivot["domain"])
                for dimension in pivot["rows"] + pivot["columns"]:
                    self.assertGroupable(model, dimension["fieldName"])
                for measure in pivot["measures"]:
                    self.assertMeasure(model, measure["fieldName"], measure["aggregator"])
                self.assertMatching(model, pivot["fieldMatching"])

    def test_charts(self):
        asked = [chart for chart in self.charts() if chart["type"].startswith("odoo_")]
        self.assertEqual(len(asked), 4)
        for chart in asked:
            with self.subTest(chart["title"]["text"]):
                model = chart["metaData"]["resModel"]
                self.env[model].search_count(chart["searchParams"]["domain"])
                self.assertEqual(chart["searchParams"]["groupBy"], chart["metaData"]["groupBy"])
                for spec in chart["metaData"]["groupBy"]:
                    self.assertGroupable(model, spec)
                self.assertMeasure(model, chart["metaData"]["measure"])
                self.assertMatching(model, chart["fieldMatching"])
                self.assertEqual(set(chart["fieldMatching"]), {"period", "account"})

    def test_lists(self):
        for table in self.book["lists"].values():
            order = ", ".join(
                f"{by['name']} {'asc' if by['asc'] else 'desc'}" for by in table["orderBy"]
            )
            self.env[table["model"]].search_fetch(table["domain"], table["columns"], order=order)
            self.assertMatching(table["model"], table["fieldMatching"])
            # What is open is open, whenever it was asked for.
            self.assertNotIn("period", table["fieldMatching"])

    def test_formulas(self):
        states = dict(self.env[RECEIPT]._fields["state"]._description_selection(self.env))
        found = set()
        for sheet in self.book["sheets"]:
            for content in sheet["cells"].values():
                for function, number, rest in FORMULA.findall(content):
                    names = re.findall(r'"([^"]*)"', rest.partition(",_t(")[0])
                    if function.startswith("ODOO.LIST"):
                        self.assertLessEqual(set(names), set(self.book["lists"][number]["columns"]))
                        continue
                    pivot = self.book["pivots"][number]
                    rows = {row["fieldName"] for row in pivot["rows"]}
                    if function == "PIVOT.VALUE":
                        self.assertEqual(names.pop(0), pivot["measures"][0]["id"])
                    self.assertLessEqual({name.lstrip("#") for name in names[:1]}, rows)
                    self.assertLessEqual(set(names[1:]), set(states))
                    found.add((function, number))
        self.assertEqual({number for _function, number in found}, set(self.book["pivots"]))

    def test_menus_and_links(self):
        links = set(self.book["chartOdooMenusReferences"].values())
        for content in self.book["sheets"][0]["cells"].values():
            links.update(re.findall(r"odoo://ir_menu_xml_id/([\w.]+)", content))
            for view in re.findall(r"\(odoo://view/(.*)\)$", content):
                action = json.loads(view)["action"]
                self.env[action["modelName"]].search_count(action["domain"])
        self.assertGreaterEqual(len(links), 2)
        for link in links:
            self.assertTrue(self.env.ref(link).action, link)


@tagged("post_install", "-at_install")
class TestDashboardPageTour(TourCase, DashboardPageCase):
    def test_figures_of_the_month(self):
        other = self.make_account("other", name="Other Market")
        now = fields.Datetime.now()
        for number, (account, days, state, reason) in enumerate(
            [
                (self.account, 1, "cancelled", "Too late"),
                (self.account, 2, "cancelled", "Too late"),
                (self.account, 3, "queued", "Fraud"),
                (other, 3, "refused", "Too late"),
                (self.account, 40, "failed", None),
                (other, 120, "evaluating", None),
                (self.account, 1, "cancelled", "Too late"),
            ]
        ):
            self.env[RECEIPT].create(
                {
                    "account_id": account.id,
                    # the last one of somebody's test, which does not count
                    "marketplace_order_id": f"{'TEST' if number == 6 else 'S'}-{number}",
                    "state": state,
                    "received_at": now - timedelta(days=days),
                    "reason": reason,
                    "called_off": 100 if state in ("cancelled", "queued") else 0,
                }
            )
        self.start_tour(
            f"/odoo/dashboards?dashboard_id={self.dashboard.id}",
            "marketplace_spreadsheet_dashboard",
            login=self.log_in_as("Dana", SALES),
        )
        self.start_tour(
            f"/odoo/dashboards?dashboard_id={self.dashboard.id}",
            "marketplace_spreadsheet_dashboard_stock",
            login=self.log_in_as("Walter", STOCK),
        )
