"""Which change a call is about, to what it agrees, and what is stored of it."""

import json
from dataclasses import replace

from ...tools.inbound.order_change import OrderChange
from ..helpers.order_changes import (
    DOCUMENTED,
    ITEM,
    REMOVAL,
    ChangeCase,
    read,
    stored_and_read,
)


class TestAgreement(ChangeCase):
    def test_kinds(self):
        for value, expected in (
            (None, "Acknowledgment"), ("", "Acknowledgment"), ("Acknowledgment", "Acknowledgment"),
            ("Acknowledgement", "Acknowledgment"), (" ACKNOWLEDGMENT ", "Acknowledgment"),
            ("Confirmation", "Confirmation"), ("confirmation", "Confirmation"),
        ):  # fmt: skip
            with self.subTest(value):
                self.assertEqual(read(**REMOVAL, agreementType=value).agreement, expected)
        for value in ("Denial", "Confirmations", 1, True, ["Confirmation"], " "):
            with self.subTest(value):
                self.assertRefused("agreementType", read, **REMOVAL, agreementType=value)

    def test_change_without_content_is_a_mere_agreement(self):
        for kind in ("Acknowledgment", "Confirmation"):
            for members in ({}, {"remove": None}, {"remove": [], "add": {"items": []}}):
                with self.subTest(kind=kind, members=members):
                    change = read("c1", agreementType=kind, **members)
                    self.assertEqual(change, OrderChange("1", "c1", agreement=kind))
                    self.assertFalse(change.has_content)

    def test_no_content_and_no_agreement(self):
        for members in (
            {},
            {"reason": "x"},
            {"remove": None, "replace": [], "agreementType": None},
        ):
            with self.subTest(members):
                self.assertRefused("remove", read, "c1", **members)

    def test_agreement_needs_a_change(self):
        detail = self.assertRefused("changeRequestId", read, agreementType="Confirmation")
        self.assertEqual(detail, "changeRequestId is missing.")

    def test_agreement_has_no_content_of_its_own(self):
        body = json.dumps({"agreementType": "confirmation", "reason": "x", **REMOVAL}).encode()
        change = OrderChange.from_agreement(body, "1", "c1")
        self.assertEqual(change, OrderChange("1", "c1", agreement="Confirmation", reason="x"))
        self.assertRefused("changeRequestId", OrderChange.from_agreement, body, "1")
        for body in (b"{}", json.dumps(REMOVAL).encode()):
            with self.subTest(body):
                self.assertRefused("agreementType", OrderChange.from_agreement, body, "1", "c1")


class TestChangeId(ChangeCase):
    def test_given(self):
        for address, members, expected in (
            ("c1", {}, "c1"),
            (None, {"changeRequestId": "c1"}, "c1"),
            (None, {"requestId": "c1"}, "c1"),
            (None, {"requestId": 12}, "12"),
            ("c1", {"requestId": "c1", "changeRequestId": "c1"}, "c1"),
            ("c1", {"requestId": "", "changeRequestId": None}, "c1"),
        ):
            with self.subTest(address=address, members=members):
                change = read(address, **REMOVAL, **members)
                self.assertEqual((change.change_id, change.is_id_given), (expected, True))

    def test_refused(self):
        for address, members, field in (
            ("c1", {"requestId": "c2"}, "requestId"),
            ("c1", {"changeRequestId": "c2"}, "changeRequestId"),
            (None, {"changeRequestId": "c1", "requestId": "c2"}, "requestId"),
            (None, {"changeRequestId": " "}, "changeRequestId"),
            (None, {"requestId": ["c1"]}, "requestId"),
            (None, {"requestId": "x" * 129}, "requestId"),
        ):
            with self.subTest(address=address, members=members):
                self.assertRefused(field, read, address, **REMOVAL, **members)
                agreement = {"agreementType": "Confirmation", **members}
                self.assertRefused(field, read, address, **agreement)

    def test_derived(self):
        """What is told of it later must find it: this ID is for ever."""
        change = read(**REMOVAL)
        self.assertFalse(change.is_id_given)
        self.assertEqual(change.change_id, "a70990ee-a1c7-5750-be21-5e260f622472")

    def test_repeats_derive_the_same(self):
        cup = {"id": "44", "quantity": 2}
        change = read(remove={"items": [ITEM, ITEM, cup]}).change_id
        for name, members in {
            "other order": {"remove": {"items": [cup, ITEM, ITEM]}},
            "summed up": {"remove": {"items": [cup, ITEM | {"quantity": 2.0}]}},
            "in two": {"remove": [{"items": [cup]}, {"items": [ITEM, ITEM]}]},
            "SKU as number": {"remove": {"items": [cup, ITEM | {"id": 43, "quantity": 2}]}},
            "described": {
                "remove": {"items": [cup, ITEM | {"name": "Pot", "price": 5, "quantity": 2}]},
                "reason": "x",
                "agreementType": "Confirmation",
                "totalChangeValue": 5,
                "date": "2024-03-04",
            },
        }.items():
            with self.subTest(name):
                self.assertEqual(read(**members).change_id, change)

    def test_other_changes_derive_others(self):
        items = {"items": [ITEM]}
        changes = [
            read(**REMOVAL),
            read(order_id="2", **REMOVAL),
            read(remove={"items": [ITEM | {"quantity": 2}]}),
            read(remove={"items": [ITEM | {"id": "44"}]}),
            read(remove={"items": [ITEM | {"uniqueId": "A3"}]}),
            read(add=items),
            read(add={"items": [ITEM | {"price": 5}]}),
            read(replace={"from": items}),
            read(replace={"to": items}),
            read(replace={"to": {"items": [ITEM | {"price": 5}]}}),
            read(replace={"from": items, "to": items}),
            read(replace=[{"from": items}, {"to": items}]),
        ]
        self.assertEqual(len({change.change_id for change in changes}), len(changes))


class TestDocument(ChangeCase):
    def test_round_trip(self):
        for members in (DOCUMENTED, REMOVAL, {**REMOVAL, "reason": "x" * 3000}):
            for change in (read(**members), replace(read("c1", **members), is_fact=True)):
                with self.subTest(change):
                    self.assertEqual(stored_and_read(change), change)

    def test_what_is_stored(self):
        self.assertEqual(read(**REMOVAL).to_document(), REMOVAL)
        self.assertEqual(
            read(**DOCUMENTED).to_document(),
            {
                "reason": "The client wants to add and remove items",
                "remove": {"items": [{"id": "43", "uniqueId": "A3", "quantity": 1}]},
                "replace": [
                    {
                        "from": {"items": [{"id": "41", "uniqueId": "A1", "quantity": 1}]},
                        "to": {"items": [{"id": "42", "quantity": 2, "price": 1500}]},
                    }
                ],
                "add": {"items": [{"id": "44", "quantity": 3, "name": "Cup"}]},
                "totalChangeValue": -350,
            },
        )

    def test_what_somebody_else_has_stored_is_checked(self):
        document = {"remove": {"items": [{"id": "43", "quantity": -1}]}}
        self.assertRefused(
            "remove.items[0].quantity", OrderChange.from_document, "1", "c1", document
        )
