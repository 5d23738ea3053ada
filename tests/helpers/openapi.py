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
PATH, HOOK_PATH = DOCUMENT["paths"]
PATH_ITEM, HOOK_PATH_ITEM = DOCUMENT["paths"].values()
OPERATION, HOOK_OPERATION = PATH_ITEM["post"], HOOK_PATH_ITEM["post"]
(ORDER_ID,) = OPERATION["parameters"]
REQUEST, HOOK_REQUEST = (
    operation["requestBody"]["content"]["application/json"]
    for operation in (OPERATION, HOOK_OPERATION)
)


def responses_of(operation):
    """The answers of an operation, by their status; those that several share are written out."""
    shared = DOCUMENT["components"]["responses"]
    return {
        status: shared[response["$ref"].rpartition("/")[2]] if "$ref" in response else response
        for status, response in operation["responses"].items()
    }


def examples_of(responses):
    """Every example of an answer: its status, media type and name."""
    return [
        (int(status), media_type, name)
        for status, response in responses.items()
        for media_type, content in response.get("content", {}).items()
        for name in content["examples"]
    ]


RESPONSES, HOOK_RESPONSES = map(responses_of, (OPERATION, HOOK_OPERATION))
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
