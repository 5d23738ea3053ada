"""The OpenAPI document says what the endpoint does: nothing less, and nothing else."""

import json
from http import HTTPStatus
from typing import get_args
from unittest import skipUnless

from odoo.modules import Manifest
from odoo.tests import BaseCase

from ...controllers.cancellation import MAX_BODY_BYTES
from ...tools.inbound import problem as problems
from ...tools.inbound.answer import DATE_FORMATS, ChangeStatus
from ...tools.inbound.cancellation_request import MAX_ID_LENGTH, CancellationRequest, check_id
from ...tools.inbound.changed_items import MAX_ITEMS, MAX_NAME, MAX_QUANTITY
from ...tools.inbound.notification import Notification
from ...tools.inbound.problem import Problem, ProblemKind
from ..helpers.common import PROBLEM_TYPE
from ..helpers.openapi import (
    ALL_RESPONSES,
    CHANGE_OPERATIONS,
    CHANGE_REQUESTS,
    CHANGE_RESPONSES,
    DOCUMENT,
    FILE,
    HOOK_OPERATION,
    HOOK_REQUEST,
    HOOK_RESPONSES,
    OPERATION,
    REQUEST,
    RESPONSES,
    SCHEMAS,
    Draft202012Validator,
    errors_of_document,
    given,
    resolved,
    responses_of,
    validator,
)
from ..helpers.random_examples import RandomCase, st

EVERY_ANSWER = [answer for responses in ALL_RESPONSES for answer in responses.items()]
SUCCESSES = ("200", "202")


@skipUnless(given, "devtools/requirements-test.txt is not installed")
class TestDocument(BaseCase):
    """The document by itself, and beside the code that it describes."""

    def test_is_valid_openapi_3_1(self):
        self.assertTrue(DOCUMENT["openapi"].startswith("3.1."))
        self.assertEqual(errors_of_document(), [])

    def test_every_schema_is_valid(self):
        for name, schema in SCHEMAS.items():
            with self.subTest(name):
                Draft202012Validator.check_schema(schema)

    def test_file_is_laid_out_for_diffs(self):
        text = json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n"
        self.assertEqual(FILE.read_text(), text)

    def test_version_and_licence_are_the_manifests(self):
        manifest = Manifest.for_addon("marketplace_order_cancellation")
        self.assertEqual(DOCUMENT["info"]["version"], manifest["version"])
        self.assertEqual(DOCUMENT["info"]["license"]["name"], manifest["license"])

    def test_every_problem_is_there_under_its_status_and_no_other(self):
        kinds = [kind for kind in vars(problems).values() if isinstance(kind, ProblemKind)]
        documented = {}
        for status, response in EVERY_ANSWER:
            if content := response.get("content", {}).get(problems.MEDIA_TYPE):
                narrowed = content["schema"]["allOf"][1]["properties"]
                self.assertEqual(narrowed["status"], {"const": int(status)})
                documented.setdefault(int(status), set()).update(narrowed["type"]["enum"])
        expected = {}
        for kind in kinds:
            expected.setdefault(int(kind.status), set()).add(PROBLEM_TYPE + kind.name)
        self.assertEqual(documented, expected)
        self.assertEqual(
            sorted(SCHEMAS["Problem"]["properties"]["type"]["enum"]),
            sorted(PROBLEM_TYPE + kind.name for kind in kinds),
        )

    def test_every_problem_has_an_example(self):
        every = set()
        for responses in ALL_RESPONSES:
            contents = [
                response["content"][problems.MEDIA_TYPE]
                for status, response in responses.items()
                if status not in SUCCESSES
            ]
            shown = {e["value"]["type"] for c in contents for e in c["examples"].values()}
            narrowed = [c["schema"]["allOf"][1]["properties"]["type"]["enum"] for c in contents]
            self.assertEqual(shown, {kind for kinds in narrowed for kind in kinds})
            every |= shown
        self.assertEqual(every, set(SCHEMAS["Problem"]["properties"]["type"]["enum"]))

    def test_changes_have_the_same_answers_everywhere(self):
        for item in DOCUMENT["components"]["pathItems"].values():
            for method in ("patch", "post"):
                self.assertEqual(responses_of(item[method]), CHANGE_RESPONSES)

    def test_every_answer_has_a_media_type_and_a_description(self):
        self.assertNotIn("content", HOOK_RESPONSES["200"])  # no byte
        for status, response in EVERY_ANSWER:
            with self.subTest(status):
                media_type = "application/json" if status in SUCCESSES else problems.MEDIA_TYPE
                self.assertIn(list(response.get("content", [media_type])), [[media_type]])
                self.assertTrue(response["description"])
                self.assertTrue(HTTPStatus(int(status)))

    def test_every_example_is_as_its_schema_says(self):
        answers = (c for _s, r in EVERY_ANSWER for c in r.get("content", {}).values())
        contents = [REQUEST, HOOK_REQUEST, *CHANGE_REQUESTS.values(), *answers]
        for content in contents:
            for name, example in content["examples"].items():
                with self.subTest(name):
                    self.assertTrue(example["summary"])
                    if "value" in example:
                        validator(content["schema"]).validate(example["value"])
        for name, schema in SCHEMAS.items():
            for part, part_schema in [(name, schema), *schema.get("properties", {}).items()]:
                for example in part_schema.get("examples", ()):
                    with self.subTest(name, part=part):
                        validator(part_schema).validate(example)

    def test_numbers_are_the_codes(self):
        self.assertEqual(SCHEMAS["Id"]["maxLength"], MAX_ID_LENGTH)
        properties = SCHEMAS["CancellationRequest"]["properties"]
        self.assertEqual(properties["cancellationRequestId"]["maxLength"], MAX_ID_LENGTH)
        self.assertIn(f"({MAX_BODY_BYTES:,} bytes)", RESPONSES["413"]["description"])
        for operation in (OPERATION, HOOK_OPERATION, *CHANGE_OPERATIONS.values()):
            limit = f"{MAX_BODY_BYTES // 1024} KiB"
            self.assertIn(limit, resolved(operation["requestBody"])["description"])
        item = SCHEMAS["ChangedItem"]["properties"]
        self.assertEqual(item["quantity"]["maximum"], MAX_QUANTITY)
        self.assertIn(f"first {MAX_NAME} ", item["name"]["description"])
        self.assertIn(f" {MAX_ITEMS} items", SCHEMAS["AnyItems"]["description"])
        self.assertEqual(SCHEMAS["ChangedItems"]["properties"]["items"]["maxItems"], MAX_ITEMS)
        self.assertEqual(
            SCHEMAS["ChangeStatus"]["properties"]["status"]["enum"], list(get_args(ChangeStatus))
        )

    def test_dates_of_a_confirmation_are_the_codes(self):
        examples = SCHEMAS["Confirmation"]["properties"]["date"]["examples"]
        self.assertEqual(examples, list(DATE_FORMATS.values()))

    def test_dates_of_a_request_can_be_read(self):
        schema = SCHEMAS["CancellationRequest"]["properties"]["cancellationRequestDate"]
        self.assertEqual(len(schema["examples"]), 3)
        for text in schema["examples"]:
            with self.subTest(text):
                body = {"marketplaceOrderId": "1", "cancellationRequestDate": text}
                request = CancellationRequest.from_body(json.dumps(body).encode())
                self.assertTrue(request.cancellation_request_date)


@skipUnless(given, "devtools/requirements-test.txt is not installed")
class TestSchemaIsTheParser(RandomCase, BaseCase):
    """What the schema of a request allows is what the parser takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        blanks = "".join(filter(str.isspace, map(chr, range(0x10000))))
        # No lone surrogates: patterns cannot tell of them, so the document does in words.
        cls.texts = (
            st.text(max_size=4)
            | st.text("\x00\x1f\x7f\x85\x9f 1ñ\ufeff😀" + blanks, max_size=4)
            | st.text("1 😀", min_size=MAX_ID_LENGTH - 1, max_size=MAX_ID_LENGTH + 1)
        )
        cls.values = (
            cls.texts | st.none() | st.booleans() | st.integers() | st.lists(cls.texts, max_size=1)
        )

    def taken(self, document, kind=CancellationRequest):
        """Whether the parser takes ``document`` as the body of a request."""
        try:
            kind.from_body(json.dumps(document).encode())
        except Problem:
            return False
        return True

    def test_ids(self):
        schema = validator(SCHEMAS["Id"])

        def check(value):
            try:
                check_id(value, "orderId")
            except Problem:
                self.assertFalse(schema.is_valid(value))
            else:
                schema.validate(value)

        self.for_all(self.values, check, 500, 2000)

    def same_bodies(self, documents, kind=CancellationRequest, content=REQUEST):
        schema = validator(content["schema"])
        self.for_all(
            documents,
            lambda body: self.assertEqual(self.taken(body, kind), schema.is_valid(body)),
            500,
            2000,
        )

    def test_bodies(self):
        members = dict.fromkeys(("marketplaceOrderId", "orderId", "unknown"), self.values)
        self.same_bodies(st.fixed_dictionaries({}, optional=members) | self.values)

    def test_request_ids(self):
        members = {"marketplaceOrderId": st.just("1"), "cancellationRequestId": self.values}
        self.same_bodies(st.fixed_dictionaries(members))

    def test_calls_of_the_hook(self):
        values = self.values | st.sampled_from(["ping", "1", "canceled"])
        names = ("hookConfig", "OrderId", "State", "unknown")
        documents = st.fixed_dictionaries({}, optional=dict.fromkeys(names, values)) | self.values
        self.same_bodies(documents, Notification, HOOK_REQUEST)

    def test_no_value_of_a_descriptive_member_is_refused(self):
        descriptive = {*SCHEMAS["CancellationRequest"]["properties"]} - {
            "marketplaceOrderId",
            "cancellationRequestId",
        }
        self.assertEqual(len(descriptive), 4)
        documents = st.fixed_dictionaries(
            {"marketplaceOrderId": st.just("1")}, optional=dict.fromkeys(descriptive, self.values)
        )
        self.for_all(documents, lambda document: self.assertTrue(self.taken(document)), 500, 2000)
