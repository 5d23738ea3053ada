"""What docs/ offers to an integrator does what it says, on a real server."""

import json
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial, reduce
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import requests

ADDON = Path(__file__).parents[2]
DOCS = ADDON / "docs"
COLLECTION = json.loads(
    (DOCS / "marketplace-cancellation.postman_collection.json").read_text(encoding="utf-8")
)
TIMEOUT = 60  # seconds
PROBLEM_TYPE = "urn:problem:marketplace-order-cancellation:"
VARIABLE = re.compile(r"\{\{(\w+)\}\}")


# -- The Postman collection ---------------------------------------------------------------------


def test_collection_declares_its_variables():
    names = [variable["key"] for variable in COLLECTION["variable"]]
    assert names == ["base_url", "code", "app_key", "app_token", "order_id", "sku"]
    assert set(VARIABLE.findall(json.dumps(COLLECTION["item"]))) == set(names)


def test_every_request_of_the_collection_is_answered_as_it_expects(marketplace):
    line = {"product_id": marketplace.product_id, "product_uom_qty": 2}
    order_id = marketplace.import_order("POSTMAN", order_line=[(0, 0, line)])
    marketplace.confirm([order_id])
    product = [marketplace.product_id]
    marketplace.server.execute("product.product", "write", product, {"default_code": "TEA/1"})
    account = [marketplace.account_id]
    also_taken = {"allow_query_token": True, "arrival_way": "both"}
    marketplace.server.execute("marketplace.account", "write", account, also_taken)
    values = {
        "base_url": marketplace.server.url,
        "code": "demo",
        "app_key": marketplace.headers["X-VTEX-API-AppKey"],
        "app_token": marketplace.headers["X-VTEX-API-AppToken"],
        "order_id": "POSTMAN",
        "sku": "TEA/1",
    }

    answers = {item["name"]: send(item, values) for item in COLLECTION["item"]}

    as_before = {"allow_query_token": False, "arrival_way": "call"}
    marketplace.server.execute("marketplace.account", "write", account, as_before)
    change = answers.pop("Take out a part").json()
    assert change["requestId"] == "POSTMAN-change"
    confirmed = answers.pop("Confirm the part").json()
    assert confirmed == change | {"status": "waiting-confirmation"}
    first = answers.pop("Cancel, contract of 2020")
    assert first.json()["orderId"] == marketplace.orders([order_id])[0]["name"]
    for name in ("Repeat", "Credentials in one header", "Credentials in the address"):
        assert answers.pop(name).content == first.content, name
    second = answers.pop("Cancel, today's contract").json()
    assert second == first.json() | {"date": second["date"], "receipt": second["receipt"]}
    assert second["receipt"] != first.json()["receipt"]
    hook = {"Orders hook: ping", "Orders hook: notification"}
    assert set(answers) == {"Wrong token", "Unknown order", "Unknown SKU", *hook}
    assert {answers[name].content for name in hook} == {b""}
    told = [read["marketplace_order_id"] for read in readings(marketplace)]
    assert told.count("POSTMAN") == 1
    assert [order["state"] for order in marketplace.orders([order_id])] == ["cancel"]


def readings(marketplace):
    """The orders that a job is going to read at their marketplace."""
    domain = [("account_id", "=", marketplace.account_id)]
    return marketplace.search("marketplace.order.reading", domain, ["marketplace_order_id"])


def send(item, values):
    """Send a request of the collection as Postman does, and check what its test checks."""
    request = json.loads(
        # values go into JSON strings here
        VARIABLE.sub(lambda m: json.dumps(values[m[1]])[1:-1], json.dumps(item["request"]))
    )
    url = request["url"]
    address = "/".join([*url["host"], *url["path"]])
    query = "&".join(f"{part['key']}={part['value']}" for part in url.get("query", ()))
    assert url["raw"] == address + (query and f"?{query}")
    assert request["body"]["mode"] == "raw"
    response = requests.request(
        request["method"],
        url["raw"],
        headers={header["key"]: header["value"] for header in request["header"]},
        data=request["body"]["raw"].encode(),
        timeout=TIMEOUT,
    )

    (event,) = item["event"]
    script = "\n".join(event["script"]["exec"])
    (status,) = re.findall(r"to\.have\.status\((\d+)\)", script)
    assert response.status_code == int(status), (item["name"], response.text)
    assert str(response.status_code) in request["description"], item["name"]
    if types := re.findall(rf'"({PROBLEM_TYPE}[\w-]+)"', script):
        assert types == [response.json()["type"]]
    elif 'text()).to.equal("")' in script:
        assert response.content == b""
    elif statuses := re.findall(r'status\)\.to\.equal\("([\w-]+)"\)', script):
        assert list(response.json()) == ["requestId", "orderId", "status", "receipt"]
        assert [response.json()["status"]] == statuses
        assert response.json()["orderId"] == values["order_id"]
    else:
        assert list(response.json()) == ["date", "marketplaceOrderId", "orderId", "receipt"]
        assert response.json()["marketplaceOrderId"] == values["order_id"]
    return response


# -- The programs -------------------------------------------------------------------------------

CANCELLED, DECIDING, UNKNOWN, REFUSED, UNACCEPTABLE, REPEAT = 0, 10, 11, 12, 13, 14


@pytest.fixture(params=["cancel.sh", "cancel.py"])
def sample(request, marketplace):
    """Run one of the samples that cancel; return its exit status and what it printed."""
    return program(request.param, marketplace)


@pytest.fixture
def hook_sample(marketplace):
    """Run the sample that tells what an Orders hook tells."""
    account = [marketplace.account_id]
    write = partial(marketplace.server.execute, "marketplace.account", "write", account)
    write({"arrival_way": "hook"})
    yield program("hook.sh", marketplace)
    write({"arrival_way": "call"})


def program(name, marketplace):
    """A function that runs a sample."""
    path = DOCS / "samples" / name

    def run(*arguments, **environment):
        program = [sys.executable, path] if path.suffix == ".py" else [path]
        account = {
            "MARKETPLACE_URL": f"{marketplace.server.url}/marketplace/demo",
            "MARKETPLACE_APP_KEY": marketplace.headers["X-VTEX-API-AppKey"],
            "MARKETPLACE_APP_TOKEN": marketplace.headers["X-VTEX-API-AppToken"],
        }
        done = subprocess.run(
            [*program, *arguments],
            env=os.environ | account | environment,
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            timeout=TIMEOUT,
        )
        return done.returncode, done.stdout

    run.name = name
    return run


def test_sample_says_in_its_head_what_its_status_means(sample):
    text = (DOCS / "samples" / sample.name).read_text(encoding="utf-8")
    documented = re.findall(r"^(?:#  )? +(\d+) +\w", text, re.MULTILINE)
    assert [int(status) for status in documented] == [
        CANCELLED, DECIDING, UNKNOWN, REFUSED, UNACCEPTABLE, REPEAT
    ]  # fmt: skip


def test_sample_cancels_an_order_with_any_id(sample, marketplace):
    for name in (f"SAMPLE-{sample.name}", f'Größe 7/"ñ" \\ {sample.name}'):
        order_id = marketplace.import_order(name)
        marketplace.confirm([order_id])

        status, printed = sample(name)

        (order,) = marketplace.orders([order_id])
        assert (status, order["state"]) == (CANCELLED, "cancel")
        (receipt,) = marketplace.receipts([name])
        assert receipt["protocol_code"] in printed
        assert order["name"] in printed
        assert sample(name) == (CANCELLED, printed)
        assert sample(name, "a new request")[0] == CANCELLED
        assert len(marketplace.receipts([name])) == 2


def test_sample_tells_that_the_seller_decides_and_then_refuses(sample, marketplace):
    name = f"LOCKED-{sample.name}"
    account = [marketplace.account_id]
    marketplace.server.execute("marketplace.account", "write", account, {"on_locked": "ask"})
    order_id = marketplace.import_order(name)
    marketplace.confirm([order_id])
    marketplace.server.execute("sale.order", "write", [order_id], {"locked": True})

    status, _printed = sample(name)
    marketplace.server.execute("marketplace.account", "write", account, {"on_locked": "cancel"})
    assert status == DECIDING

    receipts = [receipt["id"] for receipt in marketplace.receipts([name])]
    refuse(marketplace.server, receipts, "It is on its way.")
    status, printed = sample(name)
    assert status == REFUSED
    assert "It is on its way." in printed
    assert [order["state"] for order in marketplace.orders([order_id])] == ["sale"]


def refuse(server, receipt_ids, reason):
    """Refuse as the administrator; by JSON-RPC, since XML-RPC cannot return nothing."""
    call = ["marketplace.cancellation.receipt", "action_refuse", [receipt_ids, reason]]
    params = {
        "service": "object",
        "method": "execute_kw",
        "args": [server.database, 2, "admin", *call],
    }
    body = {"jsonrpc": "2.0", "method": "call", "params": params}
    response = requests.post(f"{server.url}/jsonrpc", json=body, timeout=TIMEOUT)
    assert "error" not in response.json(), response.text


def test_sample_tells_that_the_order_is_unknown(sample):
    assert sample(f"UNKNOWN-{sample.name}")[0] == UNKNOWN


def test_sample_tells_what_is_not_acceptable(sample, marketplace):
    assert sample("1", MARKETPLACE_APP_TOKEN="wrong")[0] == UNACCEPTABLE
    assert sample("x" * 129)[0] == UNACCEPTABLE
    nowhere = f"{marketplace.server.url}/marketplace/demo/pvt"
    assert sample("1", MARKETPLACE_URL=nowhere)[0] == UNACCEPTABLE


def test_sample_tells_that_there_is_no_answer(sample):
    assert sample("1", MARKETPLACE_URL="http://127.0.0.1:1")[0] == REPEAT


@pytest.mark.parametrize(
    ("status", "body", "calls"),
    [
        (503, b'{"type": "urn:problem:marketplace-order-cancellation:unavailable"}', (1, 3)),
        (502, b"<html>Bad gateway</html>", (1, 3)),
        (200, b"<html>Nobody is in charge here</html>", (1, 1)),
    ],
)
def test_sample_takes_nothing_else_for_a_success(sample, status, body, calls):
    with proxy_that_answers(status, body) as (url, seen):
        assert sample("1", MARKETPLACE_URL=url)[0] == REPEAT
    assert len(seen) == dict(zip(("cancel.sh", "cancel.py"), calls, strict=True))[sample.name]


@contextmanager
def proxy_that_answers(status, body):
    """Something before the endpoint that answers by itself; yield its address and the calls."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self):
            self.do_POST()

        def do_POST(self):
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_port}", seen
        proxy.shutdown()


def test_sample_of_the_hook(hook_sample, marketplace):
    text = (DOCS / "samples" / "hook.sh").read_text(encoding="utf-8")
    documented = [int(status) for status in re.findall(r"^#   +(\d+) +\w", text, re.MULTILINE)]
    assert documented == [CANCELLED, UNACCEPTABLE, REPEAT]
    assert hook_sample() == (0, "200 \n")
    name = 'Größe 7/"ñ" \\ hook'
    assert hook_sample(name, "canceled") == (0, "200 \n")
    assert name in [read["marketplace_order_id"] for read in readings(marketplace)]
    assert hook_sample("x" * 129, "canceled")[0] == UNACCEPTABLE
    assert hook_sample(MARKETPLACE_APP_TOKEN="wrong")[0] == UNACCEPTABLE
    assert hook_sample(MARKETPLACE_URL="http://127.0.0.1:1")[0] == REPEAT
    with proxy_that_answers(200, b"<html>Nobody is in charge here</html>") as (url, _seen):
        assert hook_sample(MARKETPLACE_URL=url)[0] == REPEAT


def test_sample_of_a_change(marketplace):
    text = (DOCS / "samples" / "change.sh").read_text(encoding="utf-8")
    documented = [int(status) for status in re.findall(r"^#   +(\d+) +\w", text, re.MULTILINE)]
    assert documented == [CANCELLED, UNKNOWN, REFUSED, UNACCEPTABLE, REPEAT]
    sample = program("change.sh", marketplace)
    product = [marketplace.product_id]
    sku = 'TEA "1" \\ ñ'
    marketplace.server.execute("product.product", "write", product, {"default_code": sku})
    name = 'Größe 7/"ñ" \\ change'
    line = {"product_id": marketplace.product_id, "product_uom_qty": 3}
    marketplace.confirm([marketplace.import_order(name, order_line=[(0, 0, line)])])

    assert sample(name, "nobody's")[0] == UNKNOWN
    assert sample(name, "c 1", "TEA-9", "1")[0] == REFUSED
    status, printed = sample(name, "c 2", sku, "2")
    assert (status, json.loads(printed[4:])["status"]) == (CANCELLED, "waiting-acknowledgement")
    assert json.loads(printed[4:])["requestId"] == "c 2"
    status, printed = sample(name, "c 2")
    assert (status, json.loads(printed[4:])["status"]) == (CANCELLED, "waiting-confirmation")
    assert sample(name, "c 2", sku, "0")[0] == UNACCEPTABLE
    assert sample(name, "c 3", MARKETPLACE_APP_TOKEN="wrong")[0] == UNACCEPTABLE
    assert sample(name, "c 3", MARKETPLACE_URL="http://127.0.0.1:1")[0] == REPEAT
    with proxy_that_answers(202, b"<html>Nobody is in charge here</html>") as (url, _seen):
        assert sample(name, "c 3", MARKETPLACE_URL=url)[0] == REPEAT


# -- The page that points to them ---------------------------------------------------------------


def test_links_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", (DOCS / "API.md").read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (DOCS / link).is_file()] == []


def test_table_of_answers_is_the_contract():
    contract = json.loads((ADDON / "static" / "openapi.json").read_text(encoding="utf-8"))

    def resolved(part):
        _root, *steps = part.get("$ref", "#").split("/")
        return reduce(dict.__getitem__, steps, contract) if steps else part

    answers = [
        (status, resolved(response))
        for item in map(resolved, contract["paths"].values())
        for status, response in item["post"]["responses"].items()
    ]
    expected = {
        (status, example["value"]["type"].removeprefix(PROBLEM_TYPE))
        for status, response in answers
        for example in response.get("content", {})
        .get("application/problem+json", {"examples": {}})["examples"]
        .values()
    }
    rows = re.findall(
        r"^\| (\d+)[^|]*\|([^|]*)\|", (DOCS / "API.md").read_text("utf-8"), re.MULTILINE
    )
    found = {(status, kind) for status, cell in rows for kind in re.findall(r"`([\w-]+)`", cell)}
    assert found == expected
    assert {status for status, _kind in rows} == {status for status, _response in answers}
