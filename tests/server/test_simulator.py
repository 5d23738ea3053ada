"""The marketplace simulator: a real process, and a real little HTTP server as its seller.

What it is to do is on the protocol page; how it is told to, in devtools/simulator/README.md.
"""

import json
import re
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
from simulated import (
    ORDER,
    OTHER,
    SELLER_KEY,
    SELLER_TOKEN,
    TIMEOUT,
    TOKEN,
    evaluate,
)

sys.path.append(str(Path(__file__).resolve().parents[2] / "devtools"))

from simulator import states

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


def test_it_ends_when_told_to(simulator, simulator_process):
    simulator.order()
    simulator.control("POST", "faults", kind="slow", seconds=600)
    with pytest.raises(requests.Timeout):
        simulator.read(timeout=0.1)  # the call goes on at the other side
    simulator_process.send_signal(signal.SIGTERM)
    assert simulator_process.wait(TIMEOUT) == 0
