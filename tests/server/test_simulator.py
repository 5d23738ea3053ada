"""The marketplace simulator: a real process, and a real little HTTP server as its seller.

What it is to do is on the protocol page; how it is told to, in devtools/simulator/README.md.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

sys.path.append(str(Path(__file__).resolve().parents[2] / "devtools"))

from simulator import states

TIMEOUT = 20
ORDER = "959311095"
OTHER = "1138342255777-01"
KEY, TOKEN = "the-app-key", "the-app-token-is-secret"
SELLER_KEY, SELLER_TOKEN = "the-seller-key", "the-seller-token-is-secret"
ITEMS = [
    {"id": "MUG", "name": "Mug", "quantity": 2, "price": 1200},
    {"id": "BAG", "name": "Bag", "quantity": 1, "price": 950},
]


# -- The two sides -------------------------------------------------------------------------------


class Seller(ThreadingHTTPServer):
    """Answers with what ``answer(path, body)`` returns: status, body, headers."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _SellerHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.reset()

    def reset(self):
        self.calls = []
        self.answer = self.confirm

    def confirm(self, path, body, **changes):
        fields = {
            "date": "2014-10-06 18:52:00",
            "marketplaceOrderId": body["marketplaceOrderId"],
            "orderId": "S00042",
            "receipt": "e39d05f9",
        } | changes
        return 200, json.dumps({k: v for k, v in fields.items() if v is not ...})

    def handle_error(self, request, client_address):
        pass  # a caller that has hung up


class _SellerHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, dict(self.headers), body))
        status, text, *headers = self.server.answer(self.path, body)
        self.send_response(status)
        for name, value in (*headers, ("Content-Length", str(len(text.encode())))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


class Simulator:
    """The running simulator: its control API, and the calls that a seller makes."""

    def __init__(self, url):
        self.url = url

    def control(self, method, path, expected=None, /, **data):
        url = f"{self.url}/control/{path}"
        response = requests.request(method, url, json=data, timeout=TIMEOUT)
        if expected:
            assert response.status_code == expected, response.text
        else:
            assert response.ok, response.text
        return response.json() if response.content else None

    def order(self, order_id=ORDER, **values):
        return self.control("POST", "orders", order_id=order_id, items=ITEMS, **values)

    def state(self, order_id=ORDER):
        order = self.control("GET", f"orders/{order_id}")
        return order["status"], order["sellerStatus"]

    def ask(self, order_id=ORDER, **how):
        """Call the seller once; return the exchange."""
        return self.control("POST", "cancellations", orders=[order_id], **how)["exchanges"][0]

    def request_id(self, order_id=ORDER):
        return self.control("GET", f"orders/{order_id}")["cancellationRequests"][-1]["id"]

    def last(self):
        return self.control("GET", "conversation")[-1]

    def call(self, method, path, data=None, key=KEY, token=TOKEN, **kwargs):
        headers = {"X-VTEX-API-AppKey": key, "X-VTEX-API-AppToken": token}
        kwargs = {"timeout": TIMEOUT, "allow_redirects": False, **kwargs}
        return requests.request(
            method, f"{self.url}/api/{path}", json=data, headers=headers, **kwargs
        )

    def read(self, **kwargs):
        return self.call("GET", f"oms/pvt/orders/{ORDER}", **kwargs)

    def deny(self, order_id=ORDER, **data):
        path = f"orders/pvt/document/{order_id}/deny-cancellation-request"
        return self.call("POST", path, data)

    def cancel(self, order_id=ORDER, reason="Out of stock", **kwargs):
        return self.call("POST", f"oms/pvt/orders/{order_id}/cancel", {"reason": reason}, **kwargs)

    def invoice(self, number="INV1", kind="Output", items=(("MUG", 2), ("BAG", 1)), **changes):
        """Send an invoice of these items, which has further or other fields; ``...`` leaves out."""
        prices = {item["id"]: item["price"] for item in ITEMS}
        lines = [
            {"id": item_id, "quantity": quantity, "price": prices.get(item_id, 1)}
            for item_id, quantity in items
        ]
        data = {
            "type": kind,
            "invoiceNumber": number,
            "invoiceValue": sum(line["quantity"] * line["price"] for line in lines),
            "issuanceDate": "2026-05-21T10:00:00",
            "items": lines,
        } | changes
        data = {name: value for name, value in data.items() if value is not ...}
        return self.call("POST", f"oms/pvt/orders/{ORDER}/invoice", data)


@pytest.fixture(scope="module")
def process():
    command = os.environ.get("MARKETPLACE_TEST_SIMULATOR")
    if not command:
        pytest.skip("needs the simulator's Python: run it with ./dev test")
    arguments = ["--port=0", "--empty", f"--app-key={KEY}", f"--app-token={TOKEN}"]
    with subprocess.Popen(
        [*shlex.split(command), *arguments], stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.fixture(scope="module")
def running(process):
    found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
    assert found, "it did not start"
    return Simulator(found[0])


@pytest.fixture(scope="module")
def seller_server():
    with Seller() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def seller(seller_server):
    seller_server.reset()
    return seller_server


@pytest.fixture
def simulator(running, seller):
    running.control("POST", "reset")
    running.control(
        "PATCH",
        "settings",
        seller_url=f"{seller.url}/marketplace/demo",
        seller_key=SELLER_KEY,
        seller_token=SELLER_TOKEN,
    )
    return running


def evaluate(*_):
    return 200, ""


# -- States --------------------------------------------------------------------------------------


def test_every_rule_leads_to_states_that_exist():
    for rule in states.TRANSITIONS.values():
        assert rule.marketplace <= states.MARKETPLACE_STATES
        assert rule.seller <= states.SELLER_STATES
        assert rule.next_marketplace in states.MARKETPLACE_STATES | {states.BEFORE}
        assert rule.next_seller in states.SELLER_STATES | {states.BEFORE}


@pytest.mark.parametrize("event", ["request-cancel", "seller-cancels", "invoice", "confirm"])
@pytest.mark.parametrize("state", [states.CANCELED, states.INCOMPLETE])
def test_nothing_happens_to_an_order_that_has_ended(event, state):
    with pytest.raises(states.NotPermitted):
        states.follow(event, state, state)


def test_only_a_waiting_order_can_be_denied():
    possible = {
        pair
        for pair in ((m, s) for m in states.MARKETPLACE_STATES for s in states.SELLER_STATES)
        if states.permitted("deny", *pair)
    }
    assert possible == {("waiting-for-seller-decision", "cancellation-requested")}


# -- The seller's answers ------------------------------------------------------------------------


def test_confirmation_cancels(simulator, seller):
    simulator.order()
    exchange = simulator.ask(reason="Too late", by_user=False)
    assert (exchange["verdict"], exchange["violations"]) == ("confirmed", [])
    assert simulator.state() == ("canceled", "canceled")
    [(path, headers, body)] = seller.calls
    assert path == f"/marketplace/demo/pvt/orders/{ORDER}/cancel"
    assert headers["X-VTEX-API-AppKey"] == SELLER_KEY
    assert headers["X-VTEX-API-AppToken"] == SELLER_TOKEN
    date = body.pop("cancellationRequestDate")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00", date)
    assert re.fullmatch(r"[0-9a-f]{32}", body.pop("cancellationRequestId"))
    assert body == {
        "marketplaceOrderId": ORDER,
        "marketplaceOrderGroup": ORDER,
        "reason": "Too late",
        "requestedByUser": False,
    }


def test_evaluation_then_confirmation_of_the_same_request(simulator, seller):
    simulator.order()
    seller.answer = evaluate
    assert simulator.ask()["verdict"] == "evaluating"
    assert simulator.state() == ("waiting-for-seller-decision", "cancellation-requested")
    seller.answer = seller.confirm
    assert simulator.ask()["verdict"] == "confirmed"
    assert simulator.state() == ("canceled", "canceled")
    assert seller.calls[0][2] == seller.calls[1][2]


def test_refusal_lets_the_order_go_on(simulator, seller):
    simulator.order(state="handling")
    seller.answer = lambda *_: (409, '{"detail": "It has been shipped."}')
    exchange = simulator.ask()
    assert (exchange["verdict"], exchange["text"]) == ("refused", "It has been shipped.")
    assert simulator.state() == ("handling", "handling")
    first = simulator.request_id()
    simulator.ask()
    assert simulator.request_id() != first  # a new one may follow a refusal


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (404, "later"),
        (500, "later"),
        (503, "later"),
        (400, "final"),
        (401, "final"),
        (302, "violation"),
    ],
)
def test_an_error_settles_nothing(simulator, seller, status, verdict):
    simulator.order()
    seller.answer = lambda *_: (status, "{}", ("Location", "/elsewhere"))
    assert simulator.ask()["verdict"] == verdict
    assert simulator.state()[0] == "request-cancel"
    assert len(seller.calls) == 1
    seller.answer = seller.confirm
    assert simulator.ask()["verdict"] == "confirmed"


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"receipt": ...}, "the key receipt is missing"),
        ({"marketplaceOrderId": "1"}, "marketplaceOrderId is '1'"),
        ({"orderId": None}, "orderId is no string"),
        ({"date": "yesterday"}, "date is 'yesterday'"),
    ],
)
def test_what_contradicts_the_protocol_is_shown(simulator, seller, changes, complaint):
    simulator.order()
    seller.answer = lambda path, body: seller.confirm(path, body, **changes)
    exchange = simulator.ask()
    assert exchange["verdict"] == "violation"
    assert complaint in exchange["violations"][0]
    assert simulator.state()[0] == "request-cancel"


def test_receipt_may_be_null_but_a_body_of_braces_is_not_empty(simulator, seller):
    simulator.order()
    seller.answer = lambda *_: (200, "{}")
    assert len(simulator.ask()["violations"]) == 4
    seller.answer = lambda path, body: seller.confirm(path, body, receipt=None)
    assert simulator.ask()["verdict"] == "confirmed"


def test_no_answer_is_tried_again_later(simulator):
    simulator.order()
    simulator.control("PATCH", "settings", seller_url="http://127.0.0.1:9/")
    assert simulator.ask()["verdict"] == "later"
    assert simulator.state()[0] == "request-cancel"


def test_a_slow_seller_is_not_waited_for(simulator, seller):
    simulator.order()
    simulator.control("PATCH", "settings", timeout=0.1)
    released = threading.Event()
    seller.answer = lambda *_: (released.wait(TIMEOUT), (200, ""))[1]
    exchange = simulator.ask()
    released.set()
    assert (exchange["verdict"], exchange["status"]) == ("later", None)


def test_it_asks_again_by_itself_until_it_has_an_answer(simulator, seller):
    simulator.order()

    def answer(path, body):
        answers = {1: (200, ""), 2: (404, "{}")}
        return answers.get(len(seller.calls)) or seller.confirm(path, body)

    seller.answer = answer
    simulator.ask()
    simulator.control("PATCH", "settings", ask_again_every=0.01)
    deadline = time.monotonic() + TIMEOUT
    while simulator.state() != ("canceled", "canceled"):
        assert time.monotonic() < deadline
    assert len(seller.calls) == 3


# -- How it calls --------------------------------------------------------------------------------


def test_old_body_and_the_sellers_id_in_the_path(simulator, seller):
    simulator.order(seller_order_id="S/7")
    simulator.ask(body="old", path="seller", legacy_query=True)
    [(path, _headers, body)] = seller.calls
    assert path == "/marketplace/demo/pvt/orders/S%2F7/cancel?sc=1&an=simulator"
    assert body == {"marketplaceOrderId": ORDER}


def test_three_forms_of_credentials(simulator, seller):
    simulator.order()
    for form in ("headers", "authorization", "url"):
        simulator.ask(form=form, request="last")
    headers, authorization, url = seller.calls
    assert headers[1]["X-VTEX-API-AppToken"] == SELLER_TOKEN
    assert authorization[1]["Authorization"] == f'VTEX key="{SELLER_KEY}" token="{SELLER_TOKEN}"'
    assert url[0].endswith(f"/cancel?token={SELLER_TOKEN}")
    assert "X-VTEX-API-AppToken" not in authorization[1] | url[1]


def test_the_path_goes_before_the_registered_query(simulator, seller):
    url = f"{seller.url}/base/?an=x&token=in-the-url"
    simulator.control("PATCH", "settings", seller_url=url, seller_form="url")
    simulator.order()
    simulator.ask()
    simulator.ask(credentials="wrong", request="last")
    simulator.ask(credentials="none", request="last")
    right, wrong, none = (path for path, _headers, _body in seller.calls)
    assert right == f"/base/pvt/orders/{ORDER}/cancel?an=x&token=in-the-url"
    assert re.fullmatch(rf"/base/pvt/orders/{ORDER}/cancel\?an=x&token=wrong-\w+", wrong)
    assert none == f"/base/pvt/orders/{ORDER}/cancel?an=x"


def test_duplicates_at_the_same_time_are_one_request(simulator, seller):
    simulator.order()
    everybody = threading.Barrier(10)

    def answer(path, body):
        everybody.wait(TIMEOUT)  # passes only if all ten are under way
        return seller.confirm(path, body)

    seller.answer = answer
    result = simulator.control("POST", "cancellations", orders=[ORDER], times=10, at_once=True)
    assert result["verdicts"] == {"confirmed": 10}
    assert result["violations"] == 0
    assert len({body["cancellationRequestId"] for _path, _headers, body in seller.calls}) == 1


def test_a_repeat_that_is_answered_differently_is_a_violation(simulator, seller):
    simulator.order()
    seller.answer = lambda path, body: seller.confirm(path, body, receipt=str(len(seller.calls)))
    result = simulator.control("POST", "cancellations", orders=[ORDER], times=2)
    assert result["violations"] == 1
    # The old body names no request; and an error is no answer to one.
    assert simulator.ask(request="last", body="old")["violations"] == []
    seller.answer = lambda *_: (401, "{}")
    assert simulator.ask(request="last", credentials="wrong")["violations"] == []
    assert simulator.state() == ("canceled", "canceled")


def test_burst_before_the_orders_exist_at_the_seller(simulator, seller):
    seller.answer = lambda *_: (404, "{}")
    answer = simulator.control(
        "POST", "cancellations", 202, burst=40, at_once=True, background=True
    )
    while not answer["done"]:
        answer = simulator.control("GET", f"jobs/{answer['job']}")
    assert answer["verdicts"] == {"later": 40}
    assert len({path for path, _headers, _body in seller.calls}) == 40


def test_several_orders_out_of_order(simulator, seller):
    for order_id in (ORDER, OTHER):
        simulator.order(order_id)
    simulator.control("POST", "cancellations", orders=[ORDER, OTHER], sequence="reversed")
    assert [body["marketplaceOrderId"] for _path, _headers, body in seller.calls] == [OTHER, ORDER]


# -- What the seller may call --------------------------------------------------------------------


def test_denial_while_the_seller_decides(simulator, seller):
    simulator.order()
    seller.answer = evaluate
    simulator.ask()
    data = {"cancellationRequestId": simulator.request_id(), "denyReason": "It is packed"}
    assert simulator.deny(**data | {"denyReason": ""}).status_code == 400
    assert simulator.deny(**data | {"cancellationRequestId": "x"}).status_code == 400
    assert simulator.deny("unknown", **data).status_code == 404
    answer = simulator.deny(**data)
    assert (answer.status_code, answer.content) == (200, b"")
    assert simulator.state() == ("ready-for-handling", "ready-for-handling")
    assert simulator.deny(**data).json()["error"]["code"] == "wrong-status"


def test_denial_while_the_call_is_under_way_is_too_early(simulator, seller):
    simulator.order()

    def answer(_path, body):
        denial = simulator.deny(
            cancellationRequestId=body["cancellationRequestId"], denyReason="No"
        )
        assert denial.json()["error"]["code"] == "wrong-status"
        return 200, ""

    seller.answer = answer
    assert simulator.ask()["verdict"] == "evaluating"


def test_denial_of_a_cancelled_order(simulator):
    simulator.order()
    simulator.ask()
    answer = simulator.deny(cancellationRequestId=simulator.request_id(), denyReason="No")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "already-canceled")


def test_the_seller_cancels_and_again_with_the_same_answer(simulator):
    simulator.order()
    answer = simulator.cancel()
    assert answer.status_code == 200
    assert set(answer.json()) == {"date", "orderId", "receipt"}
    assert simulator.state() == ("canceled", "canceled")
    assert simulator.cancel().json() == answer.json()
    assert simulator.cancel(reason="").status_code == 400
    assert simulator.call("POST", f"oms/pvt/orders/{ORDER}/cancel?an=x&sc=1", {}).status_code == 400


def test_an_invoiced_order_needs_a_return_invoice_first(simulator):
    simulator.order()
    assert simulator.invoice().status_code == 200
    assert simulator.state() == ("invoiced", "invoiced")
    assert simulator.cancel().json()["error"]["code"] == "invoiced"
    assert simulator.invoice("RINV1", "Input").status_code == 200
    assert simulator.cancel().status_code == 200


def test_a_partly_invoiced_or_incomplete_order_is_never_cancelled(simulator):
    simulator.order()
    assert simulator.invoice(items=[("MUG", 1)]).status_code == 200
    assert simulator.state() == ("invoice", "invoice")
    assert simulator.cancel().json()["error"]["code"] == "partly-invoiced"
    simulator.order(OTHER, state="incomplete")
    assert simulator.cancel(OTHER).json()["error"]["code"] == "wrong-status"


def test_an_invoice_refuses_what_is_pending(simulator, seller):
    simulator.order()
    seller.answer = evaluate
    simulator.ask()
    answer = simulator.invoice()
    assert simulator.invoice().json() == answer.json()  # the same invoice again
    assert simulator.state() == ("invoiced", "invoiced")
    order = simulator.read().json()
    assert order["cancellationRequests"][0]["state"] == "denied"
    simulator.control("POST", "cancellations", 409, orders=[ORDER])


def test_a_confirmation_after_the_invoice_leaves_both_sides_stuck(simulator, seller):
    simulator.order()

    def answer(path, body):
        assert simulator.invoice().status_code == 200
        return seller.confirm(path, body)

    seller.answer = answer
    assert "stuck" in simulator.ask()["violations"][0]
    assert simulator.state() == ("invoiced", "invoiced")


def mug(**changes):
    """One line for a mug, as it is sent."""
    return {"id": "MUG", "quantity": 1, "price": 1200} | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "Other"}, "type is"),
        ({"type": ...}, "type is mandatory"),
        ({"number": ""}, "invoiceNumber is mandatory"),
        ({"number": 1}, "invoiceNumber is mandatory"),
        ({"number": "INV/2026/00001"}, "a slash"),
        ({"number": "INV?1"}, "a slash, or what else"),
        ({"number": "INV\n1"}, "a slash, or what else"),
        ({"number": " INV1"}, "begins and ends"),
        ({"number": "INV1 "}, "begins and ends"),
        ({"number": "-INV1"}, "begins and ends"),
        ({"number": "INV1."}, "begins and ends"),
        ({"invoiceValue": ...}, "invoiceValue is mandatory"),
        ({"invoiceValue": 0}, "from 1"),
        ({"invoiceValue": -3350}, "from 1"),
        ({"invoiceValue": 33.5}, "from 1"),
        ({"invoiceValue": "33.50"}, "from 1"),
        ({"invoiceValue": True}, "from 1"),
        ({"invoiceValue": 3851}, "only 3850 is left"),
        ({"invoiceValue": 3349}, "come to more"),
        ({"issuanceDate": ...}, "issuanceDate is mandatory"),
        ({"issuanceDate": "2026-05-21"}, "with a time"),
        ({"issuanceDate": "2026-02-30T10:00:00"}, "with a time"),
        ({"issuanceDate": "21/05/2026 10:00"}, "with a time"),
        ({"items": []}, "items is mandatory"),
        ({"items": [("MUG", 0)]}, "from 1"),
        ({"items": [("MUG", 3)]}, "only 2 are left"),
        ({"items": [("LAMP", 1)]}, "no item LAMP"),
        ({"items": [("MUG", 1), ("MUG", 2)]}, "only 2 are left"),
    ],
)
def test_an_invoice_that_makes_no_sense(simulator, changes, message):
    simulator.order(freight=500)
    assert_refused(simulator, simulator.invoice(**changes), message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (mug(id=6), "an id"),
        ("MUG", "an id"),
        (mug(quantity=1.5), "a quantity"),
        (mug(quantity="1"), "a quantity"),
        (mug(quantity=True), "a quantity"),
        (mug(price=12.5), "a price"),
        (mug(price=-1), "a price"),
        (mug(price=None), "a price"),
    ],
)
def test_a_line_that_makes_no_sense(simulator, line, message):
    simulator.order()
    data = INVOICE | {"items": [line]}
    assert_refused(simulator, send_invoice(simulator, data), message)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "carrier.example/1", "https://", 1])
def test_tracking_is_a_web_address(simulator, url):
    simulator.order()
    assert_refused(simulator, simulator.invoice(trackingUrl=url), "trackingUrl is")


INVOICE = {
    "type": "Output",
    "invoiceNumber": "INV-1",
    "invoiceValue": 1200,
    "issuanceDate": "2026-05-21T10:00:00",
    "items": [mug()],
}


def send_invoice(simulator, data):
    return simulator.call("POST", f"oms/pvt/orders/{ORDER}/invoice", data)


def assert_refused(simulator, answer, message, code=None):
    """The ``answer`` says why not as VTEX does, and nothing has happened to the order."""
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "exception"}
    assert error["exception"] is None
    assert message in error["message"]
    assert code in (None, error["code"])
    if code is None:
        assert simulator.state() == ("ready-for-handling", "ready-for-handling")


def test_an_invoice_in_all_forms_that_are_documented(simulator):
    tracking = {"courier": "Carrier", "trackingNumber": "1", "trackingUrl": "https://c.example/1"}
    for number, more in (
        ("1", {}),
        ("NFe-00002", {"invoiceValue": "3350"}),
        ("INV-2026-00001", {"issuanceDate": "2026-05-21T10:00:00.1234567-03:00"}),
        ("É.1_x:2", {"issuanceDate": "2026-05-21T10:00Z", "trackingUrl": "", "courier": None}),
        ("A", tracking | {"invoiceUrl": None}),
    ):
        simulator.control("POST", "reset")
        simulator.order()
        assert simulator.invoice(number, **more).status_code == 200
        assert simulator.state() == ("invoiced", "invoiced")


def test_freight_is_in_the_total_and_in_the_value(simulator):
    order = simulator.order(freight=500)
    assert order["value"] == 3850
    assert [total["value"] for total in order["totals"]] == [3350, 500]
    assert simulator.invoice().status_code == 200
    assert simulator.state() == ("invoice", "invoice")  # the freight is not billed
    simulator.order(OTHER, freight=500)
    simulator.control("POST", "orders", 400, order_id="1", freight=-1)


def test_two_invoices_have_what_the_order_has(simulator):
    simulator.order(freight=500)
    assert simulator.invoice("INV1", items=[("MUG", 1)], invoiceValue=1700).status_code == 200
    assert simulator.state() == ("invoice", "invoice")
    again = simulator.invoice("INV2", items=[("MUG", 1), ("BAG", 1)], invoiceValue=2151)
    assert_refused(simulator, again, "only 2150 is left", code="bad-value")
    rest = simulator.invoice("INV2", items=[("MUG", 1), ("BAG", 1)], invoiceValue=2150)
    assert rest.status_code == 200
    assert simulator.state() == ("invoiced", "invoiced")


def test_a_number_is_one_invoices(simulator):
    simulator.order()
    first = simulator.invoice("INV1", items=[("MUG", 1)])
    assert simulator.invoice("INV1", items=[("MUG", 1)]).json() == first.json()
    tracked = simulator.invoice("INV1", items=[("MUG", 1)], trackingNumber="1")
    assert tracked.json() == first.json()
    for changes in ({"items": [("BAG", 1)]}, {"items": [("MUG", 1)], "invoiceValue": 1201}):
        again = simulator.invoice("INV1", **changes)
        assert_refused(simulator, again, "another invoice INV1", code="invoice-exists")
    assert simulator.invoice("INV2", items=[("MUG", 1), ("BAG", 1)]).status_code == 200
    returned = simulator.invoice("INV2", "Input", items=[("MUG", 1), ("BAG", 1)])
    assert_refused(simulator, returned, "another invoice INV2", code="invoice-exists")


def test_a_return_invoice_pays_back_what_was_invoiced(simulator):
    simulator.order(freight=500)
    assert_refused(simulator, simulator.invoice("R1", "Input"), "return is not possible")
    simulator.invoice("INV1", items=[("MUG", 2), ("BAG", 1)], invoiceValue=3000 + 350)
    early = simulator.invoice("R1", "Input", items=[("BAG", 1)])
    assert_refused(simulator, early, "return is not possible", code="wrong-status")
    simulator.control("POST", "reset")
    simulator.order(freight=500)
    simulator.invoice("INV1", invoiceValue=3850)
    assert simulator.invoice("R1", "Input", items=[("BAG", 1)]).status_code == 200
    assert simulator.cancel().json()["error"]["code"] == "invoiced"
    for changes, message in (
        ({"items": [("BAG", 1)]}, "only 0 are left"),
        ({"items": [("MUG", 2)], "invoiceValue": 2901}, "only 2900 is left"),
        ({"items": [("MUG", 1), ("MUG", 1)]}, "each item once"),
    ):
        too_much = simulator.invoice("R2", "Input", **changes)
        assert_refused(simulator, too_much, message, code="bad-value")
    assert simulator.invoice("R2", "Input", items=[("MUG", 2)], invoiceValue=2900).ok
    assert simulator.cancel().status_code == 200


def test_who_may_what(simulator):
    simulator.order()
    assert simulator.read().json()["status"] == "ready-for-handling"
    assert simulator.read(token="wrong").status_code == 401
    simulator.control("POST", "keys", key="reader", token="reads", permissions=["read"])
    reader = {"key": "reader", "token": "reads"}
    assert simulator.read(**reader).status_code == 200
    assert simulator.cancel(**reader).status_code == 403
    assert simulator.call("GET", "oms/pvt/orders/unknown").status_code == 404
    assert simulator.call("GET", "somewhere/else").json()["error"]["code"] == "unknown-call"


def test_the_window_to_cancel_closes(simulator):
    simulator.order(window_seconds=1000)
    assert simulator.state()[0] == "window-to-cancel"
    simulator.control("POST", f"orders/{ORDER}/events", event="close-window")
    assert simulator.state()[0] == "ready-for-handling"
    simulator.order(OTHER, window_seconds=0)
    assert simulator.state(OTHER)[0] == "ready-for-handling"


# -- Faults --------------------------------------------------------------------------------------


def test_too_many_calls_then_as_usual(simulator):
    simulator.order()
    simulator.control("POST", "faults", kind="status", status=429, retry_after=7, times=2)
    for _ in range(2):
        answer = simulator.cancel()
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert simulator.state()[0] == "ready-for-handling"
    assert simulator.cancel().status_code == 200


def test_a_fault_is_for_its_kind_of_call(simulator):
    simulator.order()
    simulator.control("POST", "faults", kind="status", status=503, call="cancel", times=None)
    assert simulator.read().status_code == 200
    assert simulator.cancel().status_code == 503
    simulator.control("DELETE", "faults")
    assert simulator.cancel().status_code == 200


@pytest.mark.parametrize("after_work", [False, True])
def test_the_answer_gets_lost(simulator, after_work):
    simulator.order()
    simulator.control("POST", "faults", kind="drop", after_work=after_work)
    with pytest.raises(requests.ConnectionError):
        simulator.cancel()
    assert simulator.state()[0] == ("canceled" if after_work else "ready-for-handling")
    assert (simulator.last()["status"], simulator.last()["verdict"]) == (None, "fault")
    assert simulator.cancel().status_code == 200


def test_down_until_up_again(simulator):
    simulator.order()
    down = simulator.control("POST", "faults", kind="down")
    for call in (simulator.read, simulator.cancel, simulator.read):
        with pytest.raises(requests.ConnectionError):
            call()
    simulator.control("DELETE", f"faults/{down['id']}")
    assert simulator.read().status_code == 200


def test_slow_answers_come_late(simulator):
    simulator.order()
    simulator.control("POST", "faults", kind="slow", seconds=600)
    with pytest.raises(requests.Timeout):
        simulator.read(timeout=0.3)
    simulator.control("POST", "faults", kind="slow", seconds=0.2)
    assert simulator.read().elapsed.total_seconds() >= 0.2


def test_answers_that_no_one_expects(simulator):
    simulator.order()
    simulator.control("POST", "faults", kind="garbage")
    with pytest.raises(requests.JSONDecodeError):
        simulator.read().json()
    simulator.control("POST", "faults", kind="redirect", location="http://192.0.2.1/")
    answer = simulator.read()
    assert (answer.status_code, answer.headers["Location"]) == (307, "http://192.0.2.1/")
    simulator.control("POST", "faults", kind="huge", megabytes=3)
    assert len(simulator.read().content) == 3 * 1024**2
    simulator.control("POST", "faults", kind="endless")
    with simulator.read(stream=True) as answer:
        assert len(answer.raw.read(12)) == 12


@pytest.mark.parametrize(
    "fault", [{"kind": "x"}, {"kind": "status", "status": 418}, {"kind": "slow", "times": 0}, {}]
)
def test_a_fault_that_makes_no_sense(simulator, fault):
    simulator.control("POST", "faults", 400, **fault)
    assert simulator.control("GET", "faults") == []


# -- What is seen --------------------------------------------------------------------------------


def test_the_conversation_has_both_directions_and_no_secrets(simulator, seller):
    simulator.order()
    seller.answer = lambda *_: (200, f"your token is {SELLER_TOKEN}")
    for form in ("headers", "authorization", "url"):
        simulator.ask(form=form, request="last")
    simulator.ask(credentials="wrong", form="url", request="last")
    wrong = re.search(r"wrong-\w+", seller.calls[-1][0])[0]
    simulator.read()
    simulator.call("GET", f"oms/pvt/orders/{ORDER}?appToken={TOKEN}", token="another-secret")
    exchanges = simulator.control("GET", "conversation")
    assert [exchange["direction"] for exchange in exchanges] == ["to-seller"] * 4 + [
        "from-seller"
    ] * 2
    assert [exchange["status"] for exchange in exchanges] == [200] * 5 + [401]
    assert all(exchange["done"] for exchange in exchanges)
    page = requests.get(f"{simulator.url}/", timeout=TIMEOUT)
    parts = requests.get(f"{simulator.url}/parts", timeout=TIMEOUT)
    settings = simulator.control("GET", "settings")
    for text in (json.dumps(exchanges), page.text, parts.text, json.dumps(settings)):
        for secret in (TOKEN, SELLER_TOKEN, wrong, "another-secret"):
            assert secret not in text
    assert page.status_code == 200
    assert ORDER in page.text


def test_the_page_is_told_only_of_news(simulator):
    parts = requests.get(f"{simulator.url}/parts", timeout=TIMEOUT).json()
    address = f"{simulator.url}/parts?version={parts['version']}"
    assert requests.get(address, timeout=TIMEOUT).status_code == 204
    simulator.order()
    assert ORDER in requests.get(address, timeout=TIMEOUT).json()["parts"]["orders"]


def test_other_hosts_and_forms_of_other_sites_are_refused(simulator):
    headers = {"Host": "evil.example"}
    for path in ("/", "/control/orders", "/api/oms/pvt/orders/1"):
        answer = requests.get(simulator.url + path, headers=headers, timeout=TIMEOUT)
        assert answer.status_code == 421
    for path in ("orders", "reset"):
        answer = requests.post(f"{simulator.url}/control/{path}", timeout=TIMEOUT)
        assert answer.status_code == 415


def test_it_ends_when_told_to(simulator, process):
    simulator.order()
    simulator.control("POST", "faults", kind="slow", seconds=600)
    with pytest.raises(requests.Timeout):
        simulator.read(timeout=0.1)  # the call goes on at the other side
    process.send_signal(signal.SIGTERM)
    assert process.wait(TIMEOUT) == 0
