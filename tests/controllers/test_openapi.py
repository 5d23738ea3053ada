"""The OpenAPI document says what the endpoint does: nothing less, and nothing else."""

import json
import re
from http import HTTPStatus
from pathlib import Path
from unittest import skipUnless
from unittest.mock import patch

from odoo.modules import Manifest
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ...controllers.cancellation import MAX_BODY_BYTES
from ...tools.inbound import problem as problems
from ...tools.inbound.cancellation_request import MAX_ID_LENGTH, CancellationRequest, check_id
from ...tools.inbound.confirmation import DATE_FORMATS
from ...tools.inbound.problem import Problem, ProblemKind
from ...tools.lock import StillLocked
from ..helpers.common import ADMISSION_LOGGER, PROBLEM_TYPE, SERVICE_LOGGER, EndpointCase
from ..helpers.random_examples import RandomCase, given, st
from ..helpers.signing import SECRET, signed_headers

try:
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
    from openapi_spec_validator import OpenAPIV31SpecValidator
except ImportError:  # tools of these tests, which Odoo runs without
    given = None

FILE = Path(__file__).parents[2] / "static" / "openapi.json"
DOCUMENT = json.loads(FILE.read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
((PATH, PATH_ITEM),) = DOCUMENT["paths"].items()
OPERATION = PATH_ITEM["post"]
(ORDER_ID,) = OPERATION["parameters"]
REQUEST = OPERATION["requestBody"]["content"]["application/json"]
RESPONSES = OPERATION["responses"]

#: Every example of an answer: its status, media type and name.
EXAMPLES = [
    (int(status), media_type, name)
    for status, response in RESPONSES.items()
    for media_type, content in response["content"].items()
    for name in content["examples"]
]
#: Every header that some answer is documented to have.
HEADERS = {name for response in RESPONSES.values() for name in response.get("headers", ())}

DIGITS_OF_DATE = re.compile(r"^\d{4}-\d\d-\d\d(.)\d\d:\d\d:\d\d")


def ecma_pattern(_validator, pattern, instance, _schema):
    """Patterns are ECMAScript's, where ``$`` is the very end; Python's may leave a line break."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def validator(schema):
    """A validator for ``schema``, which is a part of the document."""
    cls = validators.extend(Draft202012Validator, {"pattern": ecma_pattern})
    return cls(
        schema | {"components": DOCUMENT["components"]},  # for what is referred to
        format_checker=FormatChecker(),
    )


@skipUnless(given, "devtools/requirements-test.txt is not installed")
class TestDocument(BaseCase):
    """The document by itself, and beside the code that it describes."""

    def test_is_valid_openapi_3_1(self):
        self.assertTrue(DOCUMENT["openapi"].startswith("3.1."))
        self.assertEqual(list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()), [])

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
        for status, response in RESPONSES.items():
            if content := response["content"].get(problems.MEDIA_TYPE):
                narrowed = content["schema"]["allOf"][1]["properties"]
                self.assertEqual(narrowed["status"], {"const": int(status)})
                documented[int(status)] = set(narrowed["type"]["enum"])
        expected = {}
        for kind in kinds:
            expected.setdefault(int(kind.status), set()).add(PROBLEM_TYPE + kind.name)
        self.assertEqual(documented, expected)
        self.assertEqual(
            sorted(SCHEMAS["Problem"]["properties"]["type"]["enum"]),
            sorted(PROBLEM_TYPE + kind.name for kind in kinds),
        )

    def test_every_problem_has_an_example(self):
        shown = {
            example["value"]["type"]
            for response in RESPONSES.values()
            for example in response["content"]
            .get(problems.MEDIA_TYPE, {"examples": {}})["examples"]
            .values()
        }
        self.assertEqual(shown, set(SCHEMAS["Problem"]["properties"]["type"]["enum"]))

    def test_every_answer_has_a_media_type_and_a_description(self):
        for status, response in RESPONSES.items():
            with self.subTest(status):
                media_type = "application/json" if status == "200" else problems.MEDIA_TYPE
                self.assertEqual(list(response["content"]), [media_type])
                self.assertTrue(response["description"])
                self.assertTrue(HTTPStatus(int(status)))

    def test_every_example_is_as_its_schema_says(self):
        contents = [REQUEST, *(c for r in RESPONSES.values() for c in r["content"].values())]
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
        self.assertIn(f"{MAX_BODY_BYTES // 1024} KiB", OPERATION["requestBody"]["description"])

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

    def taken(self, document):
        """Whether the parser takes ``document`` as the body of a request."""
        try:
            CancellationRequest.from_body(json.dumps(document).encode())
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

    def same_bodies(self, documents):
        schema = validator(REQUEST["schema"])
        self.for_all(
            documents,
            lambda document: self.assertEqual(self.taken(document), schema.is_valid(document)),
            500,
            2000,
        )

    def test_bodies(self):
        members = dict.fromkeys(("marketplaceOrderId", "orderId", "unknown"), self.values)
        self.same_bodies(st.fixed_dictionaries({}, optional=members) | self.values)

    def test_request_ids(self):
        members = {"marketplaceOrderId": st.just("1"), "cancellationRequestId": self.values}
        self.same_bodies(st.fixed_dictionaries(members))

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


@tagged("post_install", "-at_install")
class TestServed(EndpointCase):
    """How the document can be had."""

    ADDRESS = "/marketplace/openapi.json"

    def get(self, method="GET", **headers):
        return self.call(
            path=self.ADDRESS, body=b"", method=method, headers=self.no_credentials() | headers
        )

    def test_everybody_gets_the_file_as_it_is(self):
        response = self.get()
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.headers["Content-Type"], "application/json")
        self.assertEqual(response.content, FILE.read_bytes())
        self.assertNotIn("Set-Cookie", response.headers)

    def test_may_be_cached(self):
        response = self.get()
        cache_control = set(response.headers["Cache-Control"].split(", "))
        self.assertEqual(cache_control, {"public", "max-age=3600"})
        again = self.get(**{"If-None-Match": response.headers["ETag"]})
        self.assertEqual((again.status_code, again.content), (304, b""))

    def test_head(self):
        got, head = self.get(), self.get("HEAD")
        self.assertEqual((head.status_code, head.content), (200, b""))
        for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
            self.assertEqual(head.headers[name], got.headers[name])

    def test_other_methods(self):
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            with self.subTest(method):
                response = self.get(method)
                self.assertProblem(response, 405, "method-not-allowed")
                self.assertEqual(response.headers["Allow"], "GET, HEAD")


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestRequests(EndpointCase):
    """What the document shows of requests is accepted."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.allow_query_token = True
        cls.secrets = {
            "appKey": cls.app_key,
            "appToken": cls.app_token,
            "authorization": f'VTEX key="{cls.app_key}" token="{cls.app_token}"',
            "queryToken": cls.app_token,
        }

    def test_every_body_is_taken(self):
        self.assertEqual(len(REQUEST["examples"]), 2)
        for number, (name, example) in enumerate(REQUEST["examples"].items()):
            with self.subTest(name):
                order_id = example["value"]["marketplaceOrderId"]
                order = self.make_order(order_id, name=f"X-{number}", confirm=True)
                response = self.call(order_id, body=example["value"])
                self.assertConfirmed(response, order)
                validator(RESPONSES["200"]["content"]["application/json"]["schema"]).validate(
                    response.json()
                )

    def test_every_address_is_taken(self):
        order = self.make_order("959311095", name="S00042", confirm=True)
        for name, example in ORDER_ID["examples"].items():
            with self.subTest(name):
                path = PATH.replace("{orderId}", example["value"])
                response = self.call("959311095", path=f"/marketplace/test-market{path}")
                self.assertConfirmed(response, order)

    def test_every_server_is_this_one(self):
        order = self.make_order("959311095", confirm=True)
        for server in DOCUMENT["servers"]:
            with self.subTest(server["url"]):
                self.assertLessEqual({"code"}, set(server["variables"]))
                address = server["url"].removeprefix("https://{host}")
                path = address.replace("{code}", "test-market") + PATH
                response = self.call("959311095", path=path.replace("{orderId}", "959311095"))
                self.assertConfirmed(response, order)

    def authenticated(self, requirement, secrets):
        """Call with ``secrets`` in those places that the document's ``requirement`` names."""
        headers, query = self.no_credentials(), ""
        for name in requirement:
            scheme = DOCUMENT["components"]["securitySchemes"][name]
            self.assertEqual(scheme["type"], "apiKey")
            if scheme["in"] == "header":
                headers[scheme["name"]] = secrets[name]
            else:
                query = f"{scheme['name']}={secrets[name]}"
        return self.call("959311095", headers=headers, query=query)

    def test_every_form_of_credentials_is_taken_and_checked(self):
        self.make_order("959311095", confirm=True)
        *pairs, signature = DOCUMENT["security"]
        self.assertEqual((len(pairs), len(signature)), (3, 3))
        wrong = {name: secret.replace(self.app_token, "x") for name, secret in self.secrets.items()}
        for requirement in pairs:
            with self.subTest(requirement=requirement):
                response = self.authenticated(requirement, wrong)
                self.assertProblem(response, 401, "unauthorized")
                self.assertEqual(self.authenticated(requirement, self.secrets).status_code, 200)

        self.account.write({"authentication": "signature", "new_signing_secret": SECRET})
        signed = signed_headers('{"marketplaceOrderId": "959311095"}')
        schemes = DOCUMENT["components"]["securitySchemes"]
        self.secrets |= {name: signed[schemes[name]["name"]] for name in signature}
        forged = self.secrets | {"webhookSignature": "v1,x"}
        self.assertProblem(self.authenticated(signature, forged), 401, "unauthorized")
        self.assertEqual(self.authenticated(signature, self.secrets).status_code, 200)

    def test_each_header_of_a_pair_needs_the_other(self):
        for name in ("appKey", "appToken"):
            with self.subTest(name):
                response = self.authenticated({name: []}, self.secrets)
                self.assertProblem(response, 401, "unauthorized")

    def test_path_has_no_other_methods_than_the_documented(self):
        path = "/marketplace/test-market" + PATH.replace("{orderId}", "959311095")
        for method in ("get", "put", "post", "delete", "options", "head", "patch"):
            with self.subTest(method):
                response = self.call("959311095", path=path, method=method.upper())
                self.assertEqual(response.status_code != 405, method in PATH_ITEM)


@skipUnless(given, "devtools/requirements-test.txt is not installed")
@tagged("post_install", "-at_install")
class TestAnswers(EndpointCase):
    """Each example of an answer has one test here, and its name: a call that brings it about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order("959311095", name="S00042", confirm=True)

    def answered(self, **call):
        """Call the endpoint; the answer must be the example that the running test is named for."""
        name = self._testMethodName.removeprefix("test_example_").replace("_", "-")
        ((status, media_type),) = [example[:2] for example in EXAMPLES if example[2] == name]
        documented = RESPONSES[str(status)]
        content = documented["content"][media_type]
        example = content["examples"][name]

        response = self.call("959311095", **call)

        self.assertEqual(response.status_code, status, response.text)
        headers = documented.get("headers", {})
        self.assertEqual(HEADERS & set(response.headers), set(headers))
        for header, definition in headers.items():
            self.assertTrue(definition["required"])
            value = response.headers[header]
            if definition["schema"].get("type") == "integer":
                value = int(value)
            validator(definition["schema"]).validate(value)
        if "value" not in example:
            self.assertEqual(response.content, b"")
            self.assertNotIn("Content-Type", response.headers)
            self.assertEqual(response.headers["Content-Length"], "0")
            return
        self.assertEqual(response.headers["Content-Type"], media_type)
        validator(content["schema"]).validate(response.json())
        self.assertEqual(self.lasting(response.json()), self.lasting(example["value"]))

    def lasting(self, document):
        """``document`` without what is another value each time."""
        document = dict(document)
        if "receipt" in document:
            document["receipt"] = "a receipt"
        if "date" in document:
            document["date"] = DIGITS_OF_DATE.sub(r"a date\1a time", document["date"])
        return document

    def test_there_is_one_test_for_each_example(self):
        names = [name for _status, _media_type, name in EXAMPLES]
        self.assertEqual(len(set(names)), len(names))
        tests = [name for name in dir(self) if name.startswith("test_example_")]
        self.assertEqual(
            sorted(tests), sorted("test_example_" + name.replace("-", "_") for name in names)
        )

    # -- 200 --------------------------------------------------------------------------------------

    def test_example_cancelled(self):
        self.answered()
        self.assertCancelled(self.order)

    def test_example_cancelled_iso_8601(self):
        self.account.write({"date_format": "iso8601", "tz": "America/Sao_Paulo"})
        self.answered()
        self.assertCancelled(self.order)

    def test_example_already_cancelled(self):
        self.order.action_cancel()
        self.answered()

    def test_example_evaluating(self):
        self.ship(self.order.picking_ids)
        self.answered()
        self.assertUntouched(self.order)
        self.assertTrue(self.order.marketplace_hold)

    # -- 400 to 405 -------------------------------------------------------------------------------

    def test_example_not_json(self):
        self.answered(body=b"{")

    def test_example_not_an_object(self):
        self.answered(body=b"[]")

    def test_example_missing_order(self):
        self.answered(body={"orderId": "959311095"})

    def test_example_long_request_id(self):
        body = {"marketplaceOrderId": "959311095", "cancellationRequestId": "x" * 129}
        self.answered(body=body)

    def test_example_unfit_address(self):
        self.answered(path_order_id="959311095\n")

    def test_example_unauthorized(self):
        self.answered(headers={"X-VTEX-API-AppToken": "wrong"})

    def test_example_replayed_call(self):
        self.account.write({"authentication": "signature", "new_signing_secret": SECRET})
        call = {"headers": signed_headers('{"marketplaceOrderId": "959311095"}')}
        self.assertEqual(self.call("959311095", **call).status_code, 200)
        self.answered(**call)

    def test_example_account_archived(self):
        self.account.active = False
        self.answered()

    def test_example_address_not_allowed(self):
        self.account.allowed_networks = "192.0.2.0/24"
        with mute_logger(ADMISSION_LOGGER):
            self.answered()
        self.assertUntouched(self.order)

    def test_example_unknown_order(self):
        self.answered(body={"marketplaceOrderId": "not-imported-yet"}, path_order_id="anything")
        late = self.make_order("not-imported-yet", confirm=True)
        self.assertCancelled(late)

    def test_example_unknown_resource(self):
        self.answered(path="/marketplace/test-market/pvt/orders//cancel")

    def test_example_method_not_allowed(self):
        self.answered(method="GET")

    # -- 409 to 415 -------------------------------------------------------------------------------

    def test_example_cancellation_refused(self):
        self.account.on_shipped = "refuse"
        self.ship(self.order.picking_ids)
        self.answered()
        self.assertEqual(self.order.state, "sale")

    def test_example_order_mismatch(self):
        other = self.make_order("959311096", confirm=True)
        self.answered(path_order_id="959311096")
        self.assertUntouched(self.order)
        self.assertUntouched(other)

    def test_example_body_too_large(self):
        self.answered(body=b'{"marketplaceOrderId": "959311095"}'.ljust(MAX_BODY_BYTES + 1))
        self.assertUntouched(self.order)

    def test_example_unsupported_media_type(self):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self.answered(body=b"marketplaceOrderId=959311095", headers=headers)
        self.assertUntouched(self.order)

    def test_example_content_encoding(self):
        self.answered(headers={"Content-Encoding": "gzip"})
        self.assertUntouched(self.order)

    # -- 500 and 503 ------------------------------------------------------------------------------

    def service_fails(self, error):
        service = self.registry["marketplace.cancellation.service"]
        return patch.object(service, "_answer", side_effect=error)

    def test_example_cancellation_failed(self):
        with (
            patch.object(self.registry["sale.order"], "_action_cancel", return_value=True),
            mute_logger(SERVICE_LOGGER),
        ):
            self.answered()
        self.assertUntouched(self.order)
        self.assertTrue(self.order.marketplace_hold)

    def test_example_too_many_calls(self):
        self.account.rate_limit = 1
        self.call("NOWHERE")
        self.answered()
        self.assertUntouched(self.order)

    def test_example_internal_error(self):
        with (
            self.service_fails(KeyError),
            mute_logger("odoo.addons.marketplace_order_cancellation.controllers.dispatcher"),
        ):
            self.answered()

    def test_example_paused(self):
        self.account.action_pause()
        self.answered()
        self.assertUntouched(self.order)

    def test_example_unavailable(self):
        with self.service_fails(StillLocked):
            self.answered()
        self.assertUntouched(self.order)
