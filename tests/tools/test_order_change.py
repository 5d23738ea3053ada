"""A change of an order in plain Python: what is taken, and what is refused."""

from ...tools.inbound.changed_items import MAX_ITEMS, MAX_NAME, MAX_QUANTITY
from ...tools.inbound.order_change import ChangedItem, OrderChange, Replacement
from ...tools.inbound.problem import NOT_JSON, Problem
from ..helpers.order_changes import DOCUMENTED, ITEM, REMOVAL, ChangeCase, read


def removed(**item):
    """The item that is read of a removal, with other members than the usual ones."""
    return read(remove={"items": [ITEM | item]}).removed[0]


class TestContent(ChangeCase):
    def test_documented_body(self):
        self.assertEqual(
            read("c0ffee", **DOCUMENTED),
            OrderChange(
                order_id="1",
                change_id="c0ffee",
                is_id_given=True,
                agreement="Acknowledgment",
                reason="The client wants to add and remove items",
                removed=(ChangedItem("43", 1, "A3"),),
                replaced=(
                    Replacement((ChangedItem("41", 1, "A1"),), (ChangedItem("42", 2, price=1500),)),
                ),
                added=(ChangedItem("44", 3, name="Cup"),),
                total_change=-350,
            ),
        )

    def test_case_of_names_does_not_matter(self):
        change = read(Remove={"Items": [{"ID": "43", "Quantity": 1, "UniqueID": "A3"}]}, Reason="x")
        self.assertEqual(change.removed, (ChangedItem("43", 1, "A3"),))
        self.assertEqual(change.reason, "x")

    def test_names_that_differ_in_their_case_alone_must_say_the_same(self):
        other = {"items": [{"id": "44", "quantity": 2}]}
        for field, members in (
            ("remove", REMOVAL | {"Remove": other}),
            ("remove", {"REMOVE": other, "Remove": {"items": []}}),
            ("replace", {"replace": {"from": other}, "Replace": {"to": other}}),
            ("add", REMOVAL | {"add": other, "ADD": []}),
            ("replace.from", {"replace": {"from": other, "From": []}}),
            ("replace.to", {"replace": {"to": other, "To": []}}),
            ("remove.items", {"remove": other | {"Items": [ITEM]}}),
            ("remove.items[0].id", {"remove": {"items": [ITEM | {"ID": "44"}]}}),
            ("remove.items[0].quantity", {"remove": {"items": [ITEM | {"Quantity": 2}]}}),
            ("remove.items[0].uniqueId", {
                "remove": {"items": [ITEM | {"uniqueId": "A", "UniqueId": "B"}]},
            }),
            ("changeRequestId", REMOVAL | {"changeRequestId": "a", "ChangeRequestId": "b"}),
            ("requestId", REMOVAL | {"requestId": "a", "RequestId": "b"}),
            ("agreementType", REMOVAL | {
                "agreementType": "Confirmation", "AgreementType": "Acknowledgment",
            }),
        ):  # fmt: skip
            with self.subTest(members):
                said = self.assertRefused(field, read, **members)
                for name in (name for name in members if name.lower() == field):
                    self.assertIn(name, said)
        same = read(**REMOVAL, Remove=REMOVAL["remove"], REMOVE=None, Reason="x", reason="y")
        self.assertEqual((same.removed, same.reason), ((ChangedItem("43", 1),), "y"))

    def test_one_object_is_as_good_as_a_list(self):
        one, other = {"items": [ITEM]}, {"items": [{"id": "44", "quantity": 2}]}
        items = ChangedItem("43", 1), ChangedItem("44", 2)
        self.assertEqual(read(remove=[one, other]).removed, items)
        self.assertEqual(read(add=[one, {"items": []}, other]).added, items)
        exchange = {"from": [one], "to": other}
        self.assertEqual(read(replace=exchange).replaced, (Replacement(items[:1], items[1:]),))

    def test_replacements_may_have_one_side(self):
        one = {"items": [ITEM]}
        item = (ChangedItem("43", 1),)
        self.assertEqual(read(replace=[{"from": one}]).replaced, (Replacement(item, ()),))
        self.assertEqual(
            read(replace=[{"to": one, "from": None}, {}, {"from": {"items": []}}]).replaced,
            (Replacement((), item),),
        )

    def test_what_says_nothing_is_nothing(self):
        change = read(remove=REMOVAL["remove"], replace=None, add=None)
        self.assertEqual((change.replaced, change.added), ((), ()))
        self.assertTrue(change.has_content)
        change = read(remove=[], replace=[], add=[{"items": [ITEM]}])
        self.assertEqual((change.removed, change.replaced), ((), ()))

    def test_forms_that_are_refused(self):
        for field, members in (
            ("remove", {"remove": "43"}),
            ("remove", {"remove": 43}),
            ("remove", {"remove": False}),
            ("remove.items", {"remove": {}}),
            ("remove.items", {"remove": {"items": None}}),
            ("remove.items", {"remove": {"items": ITEM}}),
            ("remove[0]", {"remove": [None]}),
            ("remove[1].items", {"remove": [{"items": [ITEM]}, {"items": "43"}]}),
            ("remove.items[0]", {"remove": {"items": ["43"]}}),
            ("remove.items[1]", {"remove": {"items": [ITEM, None]}}),
            ("add[0].items[0].id", {"add": [{"items": [{"quantity": 1}]}]}),
            ("replace", {"replace": "43"}),
            ("replace[0].from", {"replace": [{"from": 1, "to": 2}]}),
            ("replace[0].to.items", {"replace": [{"from": {"items": []}, "to": {}}]}),
            ("replace[1].to.items[0].id", {"replace": [{}, {"to": {"items": [{}]}}]}),
            ("replace.from[0].items[0].quantity", {
                "replace": {"from": [{"items": [{"id": "1"}]}]},
            }),
        ):  # fmt: skip
            with self.subTest(members):
                self.assertRefused(field, read, **members)

    def test_what_is_no_object_is_refused(self):
        for body in (b"", b"[]", b"{", b'{"remove": NaN}', b'{"add": null, "add": null}', b"\xff"):
            for reader in (OrderChange.from_body, OrderChange.from_agreement):
                with self.subTest(body), self.assertRaises(Problem) as caught:
                    reader(body, "1")
                self.assertEqual(caught.exception.kind, NOT_JSON)


class TestItems(ChangeCase):
    def test_quantities(self):
        for value, expected in ((1, 1), (2.0, 2), (1e3, 1000), (MAX_QUANTITY, MAX_QUANTITY)):
            with self.subTest(value):
                quantity = removed(quantity=value).quantity
                self.assertEqual((quantity, type(quantity)), (expected, int))

    def test_quantities_that_are_refused(self):
        for value in (
            None, 0, -1, 1.5, 0.0, -2.0, "2", "", True, False, [1], {}, MAX_QUANTITY + 1, 1e300,
            10**400,
        ):  # fmt: skip
            with self.subTest(value):
                self.assertRefused("remove.items[0].quantity", removed, quantity=value)

    def test_infinite_quantity_is_refused(self):
        body = b'{"remove": {"items": [{"id": "1", "quantity": 1e999}]}}'
        self.assertRefused("remove.items[0].quantity", OrderChange.from_body, body, "1")

    def test_skus(self):
        for value, expected in (
            ("43", "43"),
            (43, "43"),
            (43.0, "43"),
            ("AB/1", "AB/1"),
            (0, "0"),
            ("007", "007"),
        ):
            with self.subTest(value):
                self.assertEqual(removed(id=value).sku, expected)

    def test_skus_that_are_refused(self):
        for value in (None, "", " ", " 43", "43\n", "x" * 129, 10**130, 43.5, True, ["43"], {}):
            with self.subTest(value):
                self.assertRefused("remove.items[0].id", removed, id=value)

    def test_unique_ids(self):
        for value, expected in (("A3", "A3"), (7, "7"), (None, None), ("", None)):
            with self.subTest(value):
                self.assertEqual(removed(uniqueId=value).unique_id, expected)
        for value in (" ", "A3 ", False, 1.5, [], "x" * 129):
            with self.subTest(value):
                self.assertRefused("remove.items[0].uniqueId", removed, uniqueId=value)

    def test_prices_and_names_are_read_as_far_as_they_can_be(self):
        for value, expected in (
            (100, 100), (100.0, 100), (0, 0), (-5, -5), (10**12, 10**12), (10**12 + 1, None),
            (None, None), ("100", None), (1.5, None), (True, None), ([], None), (1e300, None),
        ):  # fmt: skip
            with self.subTest(value):
                self.assertEqual(removed(price=value).price, expected)
                self.assertEqual(read(**REMOVAL, totalChangeValue=value).total_change, expected)
        for value, expected in (
            (" Cup\x00 ", "Cup"), ("", None), (7, "7"), ({}, None), (" ", None),
            ("x" * 3000, "x" * MAX_NAME), ("x" * (MAX_NAME - 1) + " y", "x" * (MAX_NAME - 1)),
        ):  # fmt: skip
            with self.subTest(value):
                self.assertEqual(removed(name=value).name, expected)

    def test_reason_is_kept_as_far_as_it_can_be(self):
        for value, expected in ((" late ", "late"), (None, None), ("", None), ([], None), (1, "1")):
            with self.subTest(value):
                self.assertEqual(read(**REMOVAL, reason=value).reason, expected)

    def test_number_of_items_is_limited(self):
        half = {"items": [ITEM] * (MAX_ITEMS // 2)}
        self.assertEqual(len(read(remove=[half, half]).removed), MAX_ITEMS)
        self.assertRefused("items", read, remove=[half, half], add={"items": [ITEM]})
        self.assertRefused("items", read, replace={"from": half, "to": half}, add={"items": [ITEM]})
