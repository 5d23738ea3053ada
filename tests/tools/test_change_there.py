"""Changes of orders as their marketplace shows them, and the calls about them, in plain Python."""

import json
from datetime import datetime
from unittest import TestCase

from ...tools.change import calls
from ...tools.change.there import (
    ChangeThere,
    changes_from_text,
    changes_of_order,
    id_of_created,
)
from ...tools.inbound.changed_items import ChangedItem, Replacement, derived_id
from ...tools.inbound.marketplace_order import MarketplaceOrder
from ...tools.inbound.order_change import OrderChange
from ...tools.outbound.address import Address, InvalidAddress

#: As VTEX's document "Orders API" has it, shortened.
DOCUMENT = {
    "requestId": "e8532a32-7f7e-434a-88ec-29609f0ede46",
    "workflowId": "74f40e7a-68c6-4699-b874-a8a297fb3f6a",
    "status": "waiting-confirmation",
    "inProgress": True,
    "reason": "Too big.",
    "totalChangeValue": -2499,
    "add": None,
    "remove": [{"items": [{"id": "31", "quantity": 2, "price": 5000, "uniqueId": "U1"}]}],
    "replace": [
        {
            "from": {"items": [{"id": "8", "quantity": 1}]},
            "to": {"items": [{"id": "9", "quantity": 1, "price": 700}]},
        }
    ],
    "date": "2024-07-27T17:52:18.6483116Z",
}
FACT = {
    "reason": "The customer wanted to change.",
    "discountValue": 3290,
    "incrementValue": 0,
    "itemsAdded": [],
    "itemsRemoved": [{"id": "12", "name": "Bay Max L", "quantity": 1, "price": 3290}],
    "receipt": {"date": "2019-02-06T20:46:04.4003606+00:00", "orderId": "1", "receipt": "R1"},
}
ID = DOCUMENT["requestId"]


def read(**members):
    return ChangeThere.from_text(json.dumps({**DOCUMENT, **members}), "1")


def facts(*entries):
    return changes_of_order({"changesAttachment": {"id": "x", "changesData": list(entries)}}, "1")


class TestChange(TestCase):
    def test_what_it_says(self):
        found = read()
        taken, given = ChangedItem("8", 1), ChangedItem("9", 1, price=700)
        self.assertEqual(
            found.change,
            OrderChange(
                "1",
                ID,
                reason="Too big.",
                removed=(ChangedItem("31", 2, "U1", 5000),),
                replaced=(Replacement((taken,), (given,)),),
                total_change=-2499,
            ),
        )
        self.assertEqual(found.date, datetime(2024, 7, 27, 17, 52, 18))
        self.assertEqual((found.change_id, found.total_cents), (ID, -2499))
        self.assertEqual((found.status, found.in_progress), ("waiting-confirmation", True))

    def test_whether_it_may_be_open(self):
        for status, progress, expected in (
            ("waiting-acknowledgement", True, True),
            ("Waiting-Confirmation", None, True),
            ("another", "yes", True),
            ("waiting-confirmation", False, False),
            ("done", True, False),
            ("Canceled", None, False),
        ):
            with self.subTest(status=status, progress=progress):
                found = read(status=status, inProgress=progress)
                self.assertIs(found.may_be_open, expected)

    def test_content_that_cannot_be_read_does_not_hide_how_far_it_has_got(self):
        for remove in ("31", {"items": [{"id": "31", "quantity": 0.5}]}, {"items": None}):
            with self.subTest(remove=remove):
                found = read(remove=remove)
                self.assertEqual(found.status, "waiting-confirmation")
                self.assertFalse(found.change.has_content)

    def test_what_is_no_change(self):
        for text in (
            "",
            "[]",
            "{}",
            json.dumps({**DOCUMENT, "status": None}),
            json.dumps({**DOCUMENT, "requestId": ""}),
            json.dumps({**DOCUMENT, "requestId": ".."}),
        ):
            with self.subTest(text), self.assertRaises(ValueError):
                ChangeThere.from_text(text, "1")


class TestListOfChanges(TestCase):
    def test_list_tells_no_status(self):
        entry = {name: DOCUMENT[name] for name in DOCUMENT.keys() - {"status", "inProgress"}}
        text = json.dumps({"requests": [entry, {"requestId": None}, "x"], "actions": []})
        (found,) = changes_from_text(text, "1")
        self.assertEqual((found.status, found.in_progress, found.may_be_open), (None, None, True))
        self.assertEqual(found.change, read().change)

    def test_empty_list(self):
        self.assertEqual(changes_from_text('{"requests": []}', "1"), ())

    def test_what_is_no_list(self):
        for text in ("", "[]", "{}", '{"requests": {}}'):
            with self.subTest(text), self.assertRaises(ValueError):
                changes_from_text(text, "1")

    def test_id_of_a_change_that_was_created(self):
        for text, expected in (
            (json.dumps(DOCUMENT), ID),
            ('{"RequestId": 12}', "12"),
            ("{}", None),
            ('{"requestId": ".."}', None),
            ("Accepted", None),
            ("", None),
        ):
            with self.subTest(text):
                self.assertEqual(id_of_created(text), expected)


class TestFacts(TestCase):
    def test_alike_ones_that_have_no_id_are_told_apart(self):
        unnamed = {**FACT, "receipt": None}
        found = facts(unnamed, FACT, unnamed, unnamed)
        ids = [change.change_id for change in found]
        self.assertEqual((len(set(ids)), ids[1]), (4, "R1"))
        self.assertEqual([change.change.change_id for change in found], ids)
        self.assertEqual(facts(unnamed, unnamed), (found[0], found[2]))

    def test_what_an_order_says(self):
        (found,) = facts(FACT)
        item = ChangedItem("12", 1, price=3290, name="Bay Max L")
        reason = "The customer wanted to change."
        expected = OrderChange(
            "1", "R1", reason=reason, removed=(item,), total_change=-3290, is_fact=True
        )
        date = datetime(2019, 2, 6, 20, 46, 4)
        self.assertEqual(found, ChangeThere("R1", "done", False, expected, -3290, date))

    def test_total(self):
        for values, expected in (
            ({"discountValue": 5, "incrementValue": 0}, -5),
            ({"discountValue": None, "incrementValue": 7}, 7),
            ({"discountValue": 3, "incrementValue": 7}, 4),
            ({"discountValue": None, "incrementValue": None}, None),
            ({"discountValue": "x", "incrementValue": None}, None),
        ):
            with self.subTest(values):
                self.assertEqual(facts({**FACT, **values})[0].total_cents, expected)

    def test_one_without_a_receipt_has_an_id_of_its_content(self):
        (found,) = facts({**FACT, "receipt": None})
        self.assertEqual(found.change_id, derived_id("1", found.change.removed, (), ()))
        self.assertFalse(found.change.is_id_given)
        self.assertIsNone(found.date)

    def test_one_that_cannot_be_read_is_not_lost(self):
        (found,) = facts({**FACT, "itemsRemoved": [{"id": "12", "quantity": "few"}]})
        self.assertEqual((found.change_id, found.change.has_content), ("R1", False))
        self.assertEqual(found.change.reason, "The customer wanted to change.")

    def test_orders_without_changes(self):
        for attachment in (None, [], {}, {"changesData": None}, {"changesData": "x"}):
            with self.subTest(attachment):
                self.assertEqual(changes_of_order({"changesAttachment": attachment}, "1"), ())

    def test_order_that_is_read_tells_of_them(self):
        document = {"orderId": "1", "status": "handling"}
        self.assertEqual(MarketplaceOrder.from_text(json.dumps(document)).changes, ())
        document["changesAttachment"] = {"changesData": [FACT, {**FACT, "itemsRemoved": []}]}
        found = MarketplaceOrder.from_text(json.dumps(document)).changes
        self.assertEqual(found, facts(FACT, {**FACT, "itemsRemoved": []}))


class TestCalls(TestCase):
    def test_addresses(self):
        address = Address.parse("lux.example/api/oms/?an=lux")
        changes = "https://lux.example/api/order-system/orders/1%2F2/changes"
        own = "https://lux.example/api/oms/pvt/orders/1%2F2/changes/c%3F/send-agreement"
        for call, method, url in (
            (calls.create(address, "1/2", {}), "PATCH", f"{changes}?an=lux&accountName=lux"),
            (
                calls.send_agreement(address, "1/2", "c?", {}),
                "POST",
                f"{own}?an=lux&accountName=lux",
            ),
            (calls.withdraw(address, "1/2", "c?", {}), "POST", f"{changes}/c%3F/cancel?an=lux"),
            (calls.read_changes(address, "1/2"), "GET", f"{changes}?an=lux"),
            (calls.read_change(address, "1/2", "c?"), "GET", f"{changes}/c%3F?an=lux"),
        ):
            with self.subTest(url):
                self.assertEqual((call.method, call.url), (method, url))

    def test_account_of_a_store_is_in_its_host(self):
        url = calls.send_agreement(Address.of_store("lux"), "1", "c", {}).url
        host = "https://lux.vtexcommercestable.com.br"
        self.assertEqual(url, f"{host}/api/oms/pvt/orders/1/changes/c/send-agreement")

    def test_body_is_sent_as_it_is(self):
        address, body = Address.of_store("lux"), {"reason": "Cracked."}
        for call in (
            calls.create(address, "1", body),
            calls.send_agreement(address, "1", "c", body),
            calls.withdraw(address, "1", "c", body),
        ):
            self.assertEqual(call.body, body)
        self.assertIsNone(calls.read_changes(address, "1").body)

    def test_id_that_leads_elsewhere_is_not_called(self):
        with self.assertRaises(InvalidAddress):
            calls.withdraw(Address.of_store("lux"), "1", "..", {})
