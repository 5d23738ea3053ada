"""Changes of orders as the OpenAPI document has them: what is sent, and to which addresses."""

import json
from functools import partial
from unittest import skipUnless
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ...tools.inbound.answer import Answer
from ...tools.inbound.order_change import OrderChange
from ...tools.inbound.problem import Problem
from ..helpers.common import EndpointCase
from ..helpers.openapi import (
    CHANGE_OPERATIONS,
    CHANGE_PATHS,
    CHANGE_REQUESTS,
    DOCUMENT,
    PATH_ITEMS,
    given,
    request_of,
    resolved,
    validator,
)
from ..helpers.random_examples import RandomCase, st
from ..helpers.random_json import json_values
from ..helpers.signing import SECRET, signed_headers

READERS = {
    "changes": partial(OrderChange.from_body, order_id="1"),
    "change": partial(OrderChange.from_body, order_id="1", change_id="c1"),
    "agreement": partial(OrderChange.from_agreement, order_id="1", change_id="c1"),
}


def is_json(document):
    """Whether ``document`` has no number that Python writes and JSON has not."""
    try:
        return bool(json.dumps(document, allow_nan=False))
    except ValueError:
        return False


@skipUnless(given, "devtools/requirements-test.txt is not installed")
class TestSchemaIsTheParser(RandomCase, BaseCase):
    """What the schemas of changes allow is what the parser takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = st.none() | st.booleans() | st.integers(-1, 2) | st.text("1 x", max_size=2)
        cls.values = values | st.floats(0, 2) | st.lists(values, max_size=1)
        ids = st.sampled_from(["43", 43, " ", "", None]) | cls.values
        items = st.fixed_dictionaries(
            {"id": ids, "quantity": st.sampled_from([1, 2.0]) | cls.values},
            optional={"uniqueId": ids, "price": cls.values, "name": cls.values},
        )
        entries = st.fixed_dictionaries({"items": st.lists(items, max_size=2)}) | cls.values
        groups = entries | st.lists(entries, max_size=2)
        exchange = st.fixed_dictionaries({}, optional={"from": groups, "to": groups}) | cls.values
        cls.members = {
            "remove": groups,
            "add": groups,
            "replace": exchange | st.lists(exchange, max_size=2),
            "agreementType": st.sampled_from(["Confirmation", "Acknowledgment"]) | cls.values,
            "unknown": cls.values,
        }

    def taken(self, read, document):
        try:
            read(json.dumps(document).encode())
        except Problem:
            return False
        return True

    def check(self, name, **members):
        read, schema = READERS[name], validator(CHANGE_REQUESTS[name]["schema"])
        documents = st.fixed_dictionaries({}, optional=self.members | members) | self.values
        outcomes = set()

        def check_one(document):
            taken = self.taken(read, document)
            outcomes.add(taken)
            self.assertEqual(taken, schema.is_valid(document))

        self.for_all(documents, check_one, 300, 5000)
        self.assertEqual(outcomes, {True, False})

    def test_changes(self):
        self.check("changes", changeRequestId=st.sampled_from(["c1", 7, "", None]) | self.values)

    def test_changes_with_their_id_in_the_address(self):
        self.check("change")

    def test_agreements(self):
        self.check("agreement")

    def test_no_value_of_a_descriptive_member_is_refused(self):
        values = json_values(max_leaves=3)
        items = st.fixed_dictionaries(
            {"id": st.just("43"), "quantity": st.just(1)},
            optional={"price": values, "name": values},
        )
        documents = st.fixed_dictionaries(
            {"remove": items.map(lambda item: {"items": [item]})},
            optional={"reason": values, "totalChangeValue": values, "shippingData": values},
        )
        self.for_all(
            documents.filter(is_json),
            lambda document: self.assertTrue(self.taken(READERS["changes"], document)),
            200,
        )


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestChanges(EndpointCase):
    """What the document shows of changes is taken, at each address and with each method."""

    def setUp(self):
        super().setUp()
        service = self.registry["marketplace.change.service"]
        self.service = self.startPatcher(
            patch.object(service, "_answer", autospec=True, return_value=Answer(202, "{}"))
        )

    def address(self, path, example=None):
        """``path`` with the examples of its parameters, or one ``example`` of one of them."""
        for parameter in map(resolved, PATH_ITEMS[path]["parameters"]):
            shown = list(parameter["examples"].values())
            value = (example if example in shown else shown[0])["value"]
            path = path.replace(f"{{{parameter['name']}}}", value)
        return f"/marketplace/{self.account.code}{path}"

    def test_every_body_is_taken(self):
        for path in CHANGE_PATHS:
            for method in ("patch", "post"):
                for name, example in request_of(PATH_ITEMS[path][method])["examples"].items():
                    with self.subTest(name, path=path, method=method):
                        response = self.call(
                            path=self.address(path), body=example["value"], method=method.upper()
                        )
                        self.assertEqual(response.status_code, 202, response.text)

    def test_every_address_is_taken(self):
        for path in CHANGE_PATHS:
            body = {"agreementType": "Confirmation"}
            if "changeRequestId" not in path:
                body |= {"changeRequestId": "c1"}
            for parameter in map(resolved, PATH_ITEMS[path]["parameters"]):
                for name, example in parameter["examples"].items():
                    with self.subTest(path, name=name):
                        address = self.address(path, example)
                        response = self.call(path=address, body=body, method="PATCH")
                        self.assertEqual(response.status_code, 202, response.text)
                        change = self.service.mock_calls[-1].args[2]
                        self.assertIn(example["value"], (change.order_id, change.change_id))

    def test_paths_have_no_other_methods_than_the_documented(self):
        for path in CHANGE_PATHS:
            for method in ("get", "put", "post", "delete", "options", "head", "patch"):
                with self.subTest(path, method=method):
                    response = self.call(path=self.address(path), body=b"", method=method.upper())
                    self.assertEqual(response.status_code != 405, method in PATH_ITEMS[path])

    def test_every_form_of_credentials_is_taken_and_checked(self):
        self.account.write({"new_signing_secret": SECRET, "allow_query_token": True})
        body = '{"agreementType": "Confirmation"}'
        signed = signed_headers(body)
        schemes = DOCUMENT["components"]["securitySchemes"]
        secrets = {
            "appKey": self.app_key,
            "appToken": self.app_token,
            "authorization": f'VTEX key="{self.app_key}" token="{self.app_token}"',
            "queryToken": self.app_token,
            "webhookId": signed["webhook-id"],
            "webhookTimestamp": signed["webhook-timestamp"],
            "webhookSignature": signed["webhook-signature"],
        }
        forged = secrets | {"webhookSignature": "v1,x"}
        wrong = {name: value.replace(self.app_token, "x") for name, value in forged.items()}
        for operation in CHANGE_OPERATIONS.values():
            self.assertNotIn("security", operation)  # those of every call
        path = self.address(CHANGE_PATHS[2])
        for requirement in DOCUMENT["security"]:
            is_signed = "webhookSignature" in requirement
            self.account.authentication = "signature" if is_signed else "credentials"
            for shown, status in ((wrong, 401), (secrets, 202)):
                headers, query = self.no_credentials(), ""
                for name in requirement:
                    if schemes[name]["in"] == "header":
                        headers[schemes[name]["name"]] = shown[name]
                    else:
                        query = f"{schemes[name]['name']}={shown[name]}"
                with self.subTest(requirement=requirement, status=status):
                    response = self.call(path=path, body=body, headers=headers, query=query)
                    self.assertEqual(response.status_code, status, response.text)
