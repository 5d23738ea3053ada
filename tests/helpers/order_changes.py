"""Changes of orders as marketplaces ask for them, for tests in plain Python."""

import json
from unittest import TestCase

from ...tools.inbound.order_change import OrderChange
from ...tools.inbound.problem import INVALID_FIELD, Problem

#: As "Create order modifications" has it.
DOCUMENTED = {
    "reason": "The client wants to add and remove items",
    "replace": [
        {
            "from": {"items": [{"id": "41", "quantity": 1, "uniqueId": "A1"}]},
            "to": {
                "items": [{"id": "42", "quantity": 2, "price": 1500, "seller": "1"}],
                "shippingData": {"logisticsInfo": []},
            },
        }
    ],
    "remove": {"items": [{"id": "43", "quantity": 1, "uniqueId": "A3"}]},
    "add": {"items": [{"id": "44", "quantity": 3, "name": "Cup"}], "shippingData": {}},
    "totalChangeValue": -350,
    "agreementType": "Acknowledgment",
}
ITEM = {"id": "43", "quantity": 1}
REMOVAL = {"remove": {"items": [ITEM]}}


def read(change_id=None, order_id="1", **members):
    """Read a body with these members.

    :param change_id: the one in the address
    """
    return OrderChange.from_body(json.dumps(members).encode(), order_id, change_id)


class ChangeCase(TestCase):
    def assertRefused(self, field, call, *args, **kwargs):
        """``call`` ends with a problem that names ``field``; return what it says."""
        with self.assertRaises(Problem) as caught:
            call(*args, **kwargs)
        self.assertEqual(caught.exception.kind, INVALID_FIELD)
        self.assertEqual(caught.exception.extensions, {"field": field})
        self.assertTrue(caught.exception.detail.startswith(f"{field} "))
        return caught.exception.detail


def stored_and_read(change):
    """``change`` as it is read from what was stored of it."""
    return OrderChange.from_document(
        change.order_id,
        change.change_id,
        json.loads(json.dumps(change.to_document())),
        is_id_given=change.is_id_given,
        agreement=change.agreement,
        is_fact=change.is_fact,
    )
