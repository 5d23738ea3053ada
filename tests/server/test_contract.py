"""Schemathesis calls a real server with what the OpenAPI document allows, and with what it does
not: each answer has to be one of those that the document gives."""

import json
import os
import shlex
import subprocess

import pytest
import requests

LONG = bool(os.environ.get("MARKETPLACE_TEST_LONG"))
EXAMPLES = 4000 if LONG else 200
TIMEOUT = 4500 if LONG else 300  # seconds; more than twice what it takes

#: Answers that each run brings about. The others take a state that only
#: tests/controllers/test_openapi_answers.py makes, a body of more than 64 KiB, or a server that
#: fails.
STATUSES = {200, 202, 400, 401, 404, 405, 409, 415}
STATUSES_OF_HOOK = {200, 400, 401, 405, 415}

ORDERS = ["959311095", "1138342255777-01"]

#: Members of which no value is refused, by their schema.
DESCRIPTIVE = {
    "CancellationRequest": (
        "cancellationRequestDate",
        "marketplaceOrderGroup",
        "reason",
        "requestedByUser",
    ),
    "OrderChange": ("reason", "totalChangeValue"),
    "IdentifiedChange": ("reason", "totalChangeValue"),
    "ChangeAgreement": ("reason",),
    "ChangedItem": ("price", "name"),
    "HookNotification": ("Domain", "LastState", "LastChange", "CurrentChange", "Origin"),
}


@pytest.fixture(scope="module")
def schemathesis():
    command = os.environ.get("MARKETPLACE_TEST_SCHEMATHESIS")
    if not command:
        pytest.skip("needs Schemathesis: run it with ./dev test")
    return shlex.split(command)


def test_every_answer_is_in_the_document(schemathesis, server, marketplace, tmp_path):
    # The two orders of the document's examples are there; a mix of both is a mismatch.
    assert len(marketplace.search("sale.order", [("marketplace_order_id", "in", ORDERS)], [])) == 2
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(as_lenient_as_the_parser(served_document(server))))
    account = [marketplace.account_id]
    server.execute("marketplace.account", "write", account, {"arrival_way": "both"})
    log_before = len(server.log)

    done = subprocess.run(
        [
            *schemathesis,
            "run",
            str(document),
            f"--url={server.url}/marketplace/demo",
            *credentials(marketplace),
            # What is said twice: tests/controllers/test_openapi_changes.py calls all of it.
            "--exclude-path-regex=^/api/",
            "--exclude-method=PATCH",
            "--phases=examples,coverage,fuzzing",
            "--checks=all",
            "--continue-on-failure",
            f"--max-examples={EXAMPLES}",
            *([] if LONG else ["--seed=19"]),
            "--generation-database=none",
            "--no-color",
            "--report=har",
            "--report-har-path=calls.har",
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    calls = json.loads((tmp_path / "calls.har").read_text())["log"]["entries"]
    statuses = [call["response"]["status"] for call in calls]
    assert len(statuses) >= EXAMPLES
    assert set(statuses) == STATUSES
    hooked = {call["response"]["status"] for call in calls if "/hook" in call["request"]["url"]}
    assert hooked == STATUSES_OF_HOOK
    server.execute("marketplace.account", "write", account, {"arrival_way": "call"})
    assert [line for line in server.log[log_before:] if " ERROR " in line] == []


def served_document(server):
    return requests.get(f"{server.url}/marketplace/openapi.json", timeout=TIMEOUT).json()


def as_lenient_as_the_parser(document):
    """The document says in words that no value of a descriptive member is refused; this says it
    to a program, which would otherwise expect that values of a wrong type are."""
    schemas = document["components"]["schemas"]
    for schema, names in DESCRIPTIVE.items():
        for name in names:
            del schemas[schema]["properties"][name]["type"]
    return document


def credentials(marketplace):
    for name, value in marketplace.headers.items():
        if name != "Content-Type":
            yield f"--header={name}:{value}"
