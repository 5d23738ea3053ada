"""The OpenAPI document in parts, and what checks values by its schemas."""

import json
import re
from pathlib import Path

from .random_examples import given

try:
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
    from openapi_spec_validator import OpenAPIV31SpecValidator
except ImportError:  # tools of these tests, which Odoo runs without
    given = Draft202012Validator = None


FILE = Path(__file__).parents[2] / "static" / "openapi.json"
DOCUMENT = json.loads(FILE.read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]


def resolved(part):
    """``part`` of the document, or what it refers to."""
    if "$ref" not in part:
        return part
    _root, _components, kind, name = part["$ref"].split("/")
    return DOCUMENT["components"][kind][name]


def request_of(operation):
    """What an operation's body may be."""
    return resolved(operation["requestBody"])["content"]["application/json"]


def responses_of(operation):
    """The answers of an operation, by their status; those that several share are written out."""
    return {status: resolved(response) for status, response in operation["responses"].items()}


PATH_ITEMS = {path: resolved(item) for path, item in DOCUMENT["paths"].items()}
PATH, *CHANGE_PATHS, HOOK_PATH = PATH_ITEMS
PATH_ITEM, HOOK_PATH_ITEM = PATH_ITEMS[PATH], PATH_ITEMS[HOOK_PATH]
OPERATION, HOOK_OPERATION = PATH_ITEM["post"], HOOK_PATH_ITEM["post"]
#: By the name of their path item: ``changes``, ``change``, ``agreement``.
CHANGE_OPERATIONS = {
    name: item["post"] for name, item in DOCUMENT["components"]["pathItems"].items()
}
(ORDER_ID,) = OPERATION["parameters"]
REQUEST, HOOK_REQUEST = map(request_of, (OPERATION, HOOK_OPERATION))
CHANGE_REQUESTS = {name: request_of(item) for name, item in CHANGE_OPERATIONS.items()}


def examples_of(responses):
    """Every example of an answer: its status, media type and name."""
    return [
        (int(status), media_type, name)
        for status, response in responses.items()
        for media_type, content in response.get("content", {}).items()
        for name in content["examples"]
    ]


RESPONSES, HOOK_RESPONSES, CHANGE_RESPONSES = map(
    responses_of, (OPERATION, HOOK_OPERATION, CHANGE_OPERATIONS["changes"])
)
#: The answers to every kind of call.
ALL_RESPONSES = RESPONSES, CHANGE_RESPONSES, HOOK_RESPONSES
EXAMPLES = examples_of(RESPONSES)
DIGITS_OF_DATE = re.compile(r"^\d{4}-\d\d-\d\d(.)\d\d:\d\d:\d\d")


def errors_of_document():
    """What OpenAPI 3.1 does not allow of the document."""
    return list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors())


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
