"""What has to be true of each answer that the fuzzing tests get."""

import json
import re
from collections import defaultdict

from fuzz_wire import parse

from odoo.addons.marketplace_order_cancellation.tests.helpers.openapi import (
    ALL_RESPONSES,
    validator,
)

#: Statuses of the document that no call brings about, as the account is set up: it is neither
#: archived nor paused, calls may come from everywhere and as often as they like, and what fails
#: is a defect.
NEVER = {403, 429, 500, 503}
STATUSES = {int(status) for responses in ALL_RESPONSES for status in responses} - NEVER
#: What callers without the right credentials may learn: nothing of orders and bodies.
STATUSES_OF_STRANGERS = {401, 404, 405}
SCHEMAS = defaultdict(list)
HEADERS_OF = defaultdict(dict)
for responses in ALL_RESPONSES:
    for status, response in responses.items():
        HEADERS_OF[int(status)] |= response.get("headers", {})
        for media_type, content in response.get("content", {}).items():
            SCHEMAS[int(status), media_type].append(content["schema"])
VALIDATORS = {key: validator({"anyOf": schemas}) for key, schemas in SCHEMAS.items()}
PROBLEM = "application/problem+json"
HEADERS = {
    "server", "date", "connection", "content-type", "content-length", "allow", "www-authenticate",
    "x-content-type-options", "accept-encoding",
}  # fmt: skip
PAGE = re.compile(rb"<!doctype|<html|traceback \(most recent", re.IGNORECASE)


class Checks:
    """Checks answers, and remembers what they promise.

    :param secrets: what no answer repeats
    """

    def __init__(self, secrets):
        self.secrets = secrets
        self.confirmed = set()  # of (marketplace order ID, receipt)
        self.receipts = set()

    def check(self, call, received):
        """Check the bytes that came back for ``call``; return the status, or who refused it."""
        if refusal := call.refusal():
            self._check_refusal(refusal, received)
            return f"{refusal:d} by the HTTP server"
        answer = parse(received)
        assert answer.status in (STATUSES if call.authentic else STATUSES_OF_STRANGERS), answer
        self._check_headers(answer)
        self._check_body(answer, call.method.upper() == b"HEAD")
        assert not [secret for secret in self.secrets if secret in received], answer
        return answer.status

    def _check_refusal(self, status, received):
        """Python's ``http.server`` has refused the call, with a page of its own.

        It may be cut off, as the rest of the call was not read. It repeats the request line.
        """
        assert not received or b"%d" % status in received[:500], received
        assert b"Traceback" not in received
        assert b"Set-Cookie" not in received

    def _check_headers(self, answer):
        names = [name.lower() for name, _value in answer.headers]
        assert len(names) == len(set(names)), names
        assert set(names) <= HEADERS, names
        assert answer.values("Connection") == ["close"]
        for name, header in HEADERS_OF[answer.status].items():
            assert answer.values(name) or not header.get("required"), (name, names)

    def _check_body(self, answer, is_head):
        (length,) = answer.values("Content-Length")
        types = answer.values("Content-Type")
        if is_head:
            assert (answer.body, types) == (b"", [PROBLEM])
            return
        assert len(answer.body) == int(length)
        if not answer.body:
            assert (answer.status, types) == (200, [])
            return
        assert not PAGE.search(answer.body), answer
        document = json.loads(answer.body)
        VALIDATORS[answer.status, types[0]].validate(document)
        assert answer.status < 400 or document["status"] == answer.status
        if answer.status == 200:
            self.confirmed.add((document["marketplaceOrderId"], document["receipt"]))
        if "receipt" in document:
            self.receipts.add(document["receipt"])
