"""What the seller may call at the marketplace simulator, and how it misbehaves on demand."""

import pytest
import requests
from simulated import ORDER, OTHER, evaluate


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
    assert simulator.read().json()["cancellationRequests"][0]["deniedBySeller"]
    simulator.control("POST", "cancellations", 409, orders=[ORDER])


def test_a_confirmation_after_the_invoice_leaves_both_sides_stuck(simulator, seller):
    simulator.order()

    def answer(path, body):
        assert simulator.invoice().status_code == 200
        return seller.confirm(path, body)

    seller.answer = answer
    assert "stuck" in simulator.ask()["violations"][0]
    assert simulator.state() == ("invoiced", "invoiced")


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
