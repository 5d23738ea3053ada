"""What people see: fields, filters, buttons and menus, and what is kept from portal users."""

import re

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..helpers.common import MarketplaceCase
from ..helpers.views import ADDON, VIEW_FILES

RECEIPT = "marketplace.cancellation.receipt"


class ViewCase(MarketplaceCase):
    def arch(self, model, view_type, view=None, user=None):
        """The arch that ``user`` (by default the superuser) is given, as an element."""
        view_id = view and self.env.ref(view).id
        model = self.env[model].with_user(user or self.env.user)
        return etree.fromstring(model.get_view(view_id, view_type)["arch"])

    def make_user(self, login, *groups):
        return new_test_user(self.env, login, ",".join(groups))

    def make_receipt(self, marketplace_order_id="1", **values):
        return self.env[RECEIPT].create(
            {
                "account_id": self.account.id,
                "marketplace_order_id": marketplace_order_id,
                **values,
            }
        )

    def names(self, arch, path):
        return [node.get("name") for node in arch.iterfind(path)]


@tagged("post_install", "-at_install")
class TestViews(ViewCase):
    def test_sales_order_shows_the_marketplace_in_form_list_and_search(self):
        views = {"form": "view_order_form", "list": "sale_order_tree"}
        views["search"] = "view_sales_order_filter"
        for view_type, view in views.items():
            with self.subTest(view_type):
                shown = self.names(self.arch("sale.order", view_type, f"sale.{view}"), ".//field")
                self.assertIn("marketplace_account_id", shown)
                self.assertIn("marketplace_order_id", shown)

    def test_sales_order_form_leads_to_its_receipts(self):
        arch = self.arch("sale.order", "form", "sale.view_order_form")
        self.assertSmartButton(arch)

    def test_transfer_form_leads_to_the_receipts(self):
        arch = self.arch("stock.picking", "form", "stock.view_picking_form")
        self.assertSmartButton(arch)

    def assertSmartButton(self, arch):
        path = "action_view_cancellation_receipts"
        (button,) = arch.xpath(f"//div[@name='button_box']/button[@name='{path}']")
        self.assertEqual(button.get("type"), "object")
        self.assertEqual(button.get("invisible"), "not cancellation_receipt_count")
        self.assertEqual(self.names(button, "field"), ["cancellation_receipt_count"])

    def test_marketplace_orders_list_shows_both_fields_at_once(self):
        arch = self.arch("sale.order", "list", f"{ADDON}.marketplace_order_view_list")
        for name in ("marketplace_account_id", "marketplace_order_id"):
            (field,) = arch.iterfind(f".//field[@name='{name}']")
            self.assertEqual(field.get("optional"), "show")
        (company,) = arch.iterfind(".//field[@name='company_id'][@optional]")
        self.assertEqual(company.get("optional"), "hide")
        (field,) = arch.iterfind(".//field[@name='marketplace_order_id']")
        # as long as VTEX has them, 1138342255777-01, and as a self-test's with its mark
        self.assertEqual(field.get("width"), "190px")

    def test_cards_of_orders_say_what_their_marketplace_wants(self):
        for view in ("view_sale_order_kanban", "view_quotation_kanban_with_onboarding"):
            with self.subTest(view):
                arch = self.arch("sale.order", "kanban", f"sale.{view}")
                card = arch.find(".//t[@t-name='card']")
                shown = self.names(card, ".//field")
                self.assertIn("marketplace_order_id", shown)
                self.assertIn("marketplace_notice_kind", shown)

    def test_receipts_offer_neither_creation_nor_change_nor_deletion(self):
        for view_type in ("list", "form"):
            arch = self.arch(RECEIPT, view_type)
            for nested in [arch, *arch.iterfind(".//list")]:
                for operation in ("create", "edit", "delete"):
                    with self.subTest(view_type, tag=nested.tag, operation=operation):
                        self.assertIn(nested.get(operation), ("0", "False"))

    def test_receipt_form_shows_request_receipt_deliveries_and_answer(self):
        arch = self.arch(RECEIPT, "form")
        self.assertGreaterEqual(
            set(self.names(arch, ".//field")),
            {
                "state", "error", "note", "marketplace_order_id", "account_id", "sale_order_id",
                "requested_by_user", "reason", "cancellation_request_id", "protocol_code",
                "received_at", "settled_at", "delivery_ids", "answer_body", "remote_address",
            },
        )  # fmt: skip

    def test_every_filter_of_the_receipts_finds_what_it_promises(self):
        order = self.make_order("9")
        receipts = {
            "cancelled": self.make_receipt("1", state="cancelled"),
            "waiting": self.make_receipt("2", state="waiting"),
            "failed": self.make_receipt("3", state="failed"),
            "mismatch": self.make_receipt("4", state="mismatch", sale_order_id=order.id),
            "shopper": self.make_receipt("5", requested_by_user="shopper"),
            "evaluating": self.make_receipt("7", state="evaluating"),
            "refused": self.make_receipt("8", state="refused"),
            "kept": self.make_receipt("9", state="kept"),
            "queued": self.make_receipt("10", state="queued"),
            "found": self.make_receipt("11", source="reconciliation"),
            "part": self.make_receipt("12", kind="part", state="part_evaluating"),
            "old": self.make_receipt("6", received_at="2020-01-01 00:00:00"),
            "test": self.make_receipt("TEST-1", received_at="2020-01-01 00:00:00"),
            **{
                f"resolved {state}": self.make_receipt(
                    f"resolved {state}",
                    state=state,
                    resolved_at="2020-01-02 00:00:00",
                    received_at="2020-01-01 00:00:00",
                )
                for state in ("waiting", "failed")
            },
        }
        self.env["marketplace.cancellation.delivery"].create(
            [
                {"receipt_id": receipts["old"].id, "received_at": moment, "http_status": 404,
                 "duration": 5}
                for moment in ("2020-01-01 00:00:00", "2020-01-02 00:00:00")
            ]
        )  # fmt: skip
        expected = {
            "my_orders": ["mismatch"],
            "attention": ["failed", "mismatch", "evaluating", "part"],
            "parts": ["part"],
            "evaluating": ["evaluating", "part"],
            "failed": ["failed"],
            "mismatch": ["mismatch"],
            "cancelled": ["cancelled"],
            "queued": ["queued"],
            "waiting": ["waiting"],
            "refused": ["refused", "kept"],
            "resolved": ["resolved waiting", "resolved failed"],
            "untold": ["cancelled", "kept", "queued"],  # without an arrival
            "shopper": ["shopper"],
            "found_by_reconciliation": ["found"],
            "repeated": ["old"],
            "no_tests": [name for name in receipts if name != "test"],
            "tests": ["test"],
        }
        new = [
            "cancelled",
            "waiting",
            "failed",
            "mismatch",
            "shopper",
            "evaluating",
            "refused",
            "kept",
            "queued",
            "found",
            "part",
        ]
        expected |= {"today": new, "this_week": new}
        order.user_id = self.env.user
        filters = self.arch(RECEIPT, "search").xpath("//filter[@domain]")
        self.assertEqual([node.get("name") for node in filters], list(expected))
        for node in filters:
            with self.subTest(node.get("name")):
                own = safe_eval(node.get("domain"), {"uid": self.env.uid})
                domain = [("account_id", "=", self.account.id), *own]
                found = self.env[RECEIPT].search(domain, order="id")
                names = [name for name, receipt in receipts.items() if receipt in found]
                self.assertEqual(names, expected[node.get("name")])

    def test_receipts_can_be_grouped_by_marketplace_outcome_and_requester(self):
        self.make_receipt("1", state="cancelled", requested_by_user="shopper")
        arch = self.arch(RECEIPT, "search")
        groupings = [
            safe_eval(node.get("context"))["group_by"]
            for node in arch.iterfind(".//filter[@context]")
        ]
        fields = ["account_id", "state", "requested_by_user", "kind", "told_state"]
        self.assertEqual(groupings, [*fields, "received_at"])
        for field in fields:
            with self.subTest(field):
                domain = [("account_id", "=", self.account.id)]
                groups = self.env[RECEIPT]._read_group(domain, [field], ["__count"])
                self.assertEqual([count for _value, count in groups], [1])
        self.assertEqual(self.names(arch, ".//filter[@date]"), ["received_at"])

    def test_settings_have_a_block_of_the_marketplaces(self):
        (block,) = self.arch("res.config.settings", "form").iterfind(
            ".//block[@name='marketplace_accounts']"
        )
        action = self.env.ref(f"{ADDON}.action_marketplace_account")
        rejected = self.env.ref(f"{ADDON}.action_marketplace_rejected_call")
        buttons = [(button.get("name"), button.get("type")) for button in block.iter("button")]
        self.assertEqual(buttons, [(str(page.id), "action") for page in (action, rejected)])
        settings = self.env["res.config.settings"].create({})
        count = settings.marketplace_account_count + settings.marketplace_unconnected_count
        self.assertEqual(count, self.env["marketplace.account"].search_count([]))
        self.assertGreaterEqual(count, 1)

    def test_every_field_in_the_own_views_exists(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", ADDON), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].browse(data.mapped("res_id"))
        views = views.filtered("model")  # reports are of no model
        files = [etree.parse(file) for file in VIEW_FILES]
        written = [node for file in files for node in file.xpath("//record[@model='ir.ui.view']")]
        self.assertEqual(len(views), len(written))
        for view in views:
            with self.subTest(view.name):
                self.assertFieldsExist(etree.fromstring(view.arch_db), self.env[view.model])

    def assertFieldsExist(self, node, model):
        for child in node.iterchildren(etree.Element):
            inner = model
            if child.tag == "field":
                name = child.get("name")
                self.assertIn(name, model._fields)
                if len(child) and not child.get("position"):  # a view of the records in the field
                    inner = self.env[model._fields[name].comodel_name]
            elif child.tag == "xpath":  # into a view of the records in a field, say
                into = re.findall(r"field\[@name='(\w+)'\]/(?=list|form|kanban)", child.get("expr"))
                for name in into:
                    inner = self.env[inner._fields[name].comodel_name]
            self.assertFieldsExist(child, inner)

    def test_buttons_of_questions_say_what_they_do(self):
        """Odoo's own say *Ok* and *Cancel*, which may be what is asked about."""
        for file in VIEW_FILES:
            for button in etree.parse(file).xpath("//button[@confirm]"):
                with self.subTest(f"{file.name}: {button.get('name')}"):
                    self.assertTrue(button.get("confirm-label"))
                    self.assertEqual(button.get("cancel-label"), "Discard")

    def test_own_xml_has_none_of_what_odoo_no_longer_reads(self):
        self.assertIn("sale_order_views.xml", [file.name for file in VIEW_FILES])
        for file in VIEW_FILES:
            with self.subTest(file.name):
                document = etree.parse(file)
                self.assertEqual(document.xpath("//tree | //*[@attrs or @states]"), [])
        modes = self.env["ir.actions.act_window"].search([("res_model", "=", RECEIPT)])
        self.assertEqual(
            set(modes.mapped("view_mode")),
            {
                "list,kanban,calendar,pivot,graph,form",
                "graph,pivot,list,form",
                "list,kanban,form",
            },
        )

    def test_own_forms_open_for_whoever_may_read_them(self):
        order = self.make_order("1", confirm=True)
        receipt = self.make_receipt("1", sale_order_id=order.id)
        groups = (
            "sales_team.group_sale_salesman", "sales_team.group_sale_manager",
            "stock.group_stock_user", f"{ADDON}.group_marketplace_user",
            f"{ADDON}.group_marketplace_manager",
        )  # fmt: skip
        for number, group in enumerate(groups):
            user = self.make_user(f"reader-{number}", group)
            for record in (receipt, self.account):
                with self.subTest(group, model=record._name):
                    self.assertEqual(Form(record.with_user(user)).id, record.id)

    def test_receipts_and_calls_of_many_orders_are_counted_with_the_statements_of_one(self):
        orders = self.env["sale.order"].union(*(self.make_order(str(own)) for own in range(4)))
        orders.action_confirm()
        fields = ["cancellation_receipt_count", "outbound_call_count"]
        for documents, names in ((orders, fields), (orders.picking_ids, fields[:1])):
            counts = []
            for some in (documents[:1], documents):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                some.browse(some.ids).read(names)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(documents._name):
                self.assertEqual(*counts)

    def test_order_that_is_no_marketplaces_any_more_shows_its_receipts_and_calls(self):
        order = self.make_order("1", confirm=True)
        self.make_receipt("1", state="refused", sale_order_id=order.id)
        order._add_outbound_call("cancel")
        self.assertEqual((order.cancellation_receipt_count, order.outbound_call_count), (1, 1))
        order.write({"marketplace_account_id": False, "marketplace_order_id": False})
        self.assertEqual((order.cancellation_receipt_count, order.outbound_call_count), (1, 1))
        self.assertEqual(order.picking_ids.cancellation_receipt_count, 1)

    def test_own_fields_of_orders_and_transfers_are_read_by_all_who_see_these(self):
        order = self.make_order("1", confirm=True)
        self.make_receipt("1", sale_order_id=order.id)
        count = {"cancellation_receipt_count": {}}
        origin = {"marketplace_account_id": {"fields": {"display_name": {}}}}
        readers = {
            "sales_team.group_sale_salesman_all_leads": [(order, count | origin)],
            "stock.group_stock_user": [(order, count | origin), (order.picking_ids, count)],
            "account.group_account_invoice": [(order, origin)],
        }
        expected = {
            "cancellation_receipt_count": 1,
            "marketplace_account_id": {"id": self.account.id, "display_name": "Test Market"},
        }
        for number, (group, reads) in enumerate(readers.items()):
            user = self.make_user(f"reader-{number}", group)
            for record, fields in reads:
                with self.subTest(group, model=record._name):
                    (values,) = record.with_user(user).web_read(fields)
                    self.assertEqual(values, {"id": record.id, **{f: expected[f] for f in fields}})


@tagged("post_install", "-at_install")
class TestMenus(ViewCase):
    def test_menus_are_for_whoever_has_something_to_do_there(self):
        expected = {
            "base.group_user": [],
            f"{ADDON}.group_marketplace_user": ["root", "cancellations"],
            "sales_team.group_sale_salesman": ["root", "cancellations", "orders"],
            "stock.group_stock_user": ["root", "cancellations"],
            f"{ADDON}.group_marketplace_manager": [
                "root", "cancellations", "configuration", "accounts",
            ],
            "sales_team.group_sale_manager": [
                "root", "cancellations", "orders", "configuration", "accounts",
            ],
        }  # fmt: skip
        names = expected["sales_team.group_sale_manager"]
        menus = {name: self.env.ref(f"{ADDON}.menu_marketplace_{name}").id for name in names}
        for number, (group, visible) in enumerate(expected.items()):
            with self.subTest(group):
                user = self.make_user(f"visitor-{number}", group)
                tree = self.env["ir.ui.menu"].with_user(user).load_menus(False)
                self.assertEqual([name for name in names if menus[name] in tree], visible)


@tagged("post_install", "-at_install")
class TestPortal(ViewCase, HttpCase):
    def test_customer_sees_the_order_and_not_its_marketplace(self):
        user = self.make_user("shopper@example.com", "base.group_portal")
        values = {"partner_id": user.partner_id.id, "confirm": True}
        order = self.make_order("hidden-959311095", **values)
        order.message_subscribe(user.partner_id.ids)
        self.authenticate("shopper@example.com", "shopper@example.com")
        response = self.url_open(f"/my/orders/{order.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 200)
        self.assertIn(order.name, response.text)
        self.assertNotIn("hidden-959311095", response.text)
        for field in ("marketplace_account_id", "marketplace_order_id"):
            with self.subTest(field), self.assertRaises(AccessError):
                order.with_user(user).read([field])
        self.assertEqual(order.with_user(user).read(["name"])[0]["name"], order.name)
