"""How the marketplace simulator has a part of an order changed, and what the seller may call."""

import time

import pytest
from simulated import ACKNOWLEDGMENT, CONFIRMATION, ORDER, error_code

WAITING = "waiting-acknowledgement"


# -- The handshake -------------------------------------------------------------------------------


def test_four_calls_then_it_is_done(there, seller):
    change = there.take_out(("MUG", 1), reason="Only one")
    assert (change["status"], change["verdicts"], change["violations"]) == (
        WAITING,
        {"taken": 1},
        0,
    )
    [(path, headers, body)] = seller.calls
    assert (seller.methods, path) == (["PATCH"], f"/marketplace/demo/pvt/orders/{ORDER}/changes")
    assert headers["X-VTEX-API-AppKey"]
    assert body == {
        "reason": "Only one",
        "remove": {"items": [{"id": "MUG", "quantity": 1}]},
        "agreementType": ACKNOWLEDGMENT,
        "requestId": change["id"],
    }
    answer = there.agree(change["id"], ACKNOWLEDGMENT)
    assert (answer.status_code, answer.json()) == (
        200,
        {"orderId": ORDER, "changeRequestId": change["id"], "agreementType": ACKNOWLEDGMENT},
    )
    seller.wait_for(2)
    assert seller.bodies[1] == body | {"agreementType": CONFIRMATION}
    assert there.left() == {"MUG": 2, "BAG": 1}  # until it is confirmed
    assert there.agree(change["id"], CONFIRMATION).status_code == 200
    assert there.changes()[0]["status"] == "done"
    assert there.left() == {"MUG": 1, "BAG": 1}
    order = there.read().json()
    assert order["value"] == 2150
    assert order["totals"][0]["value"] == 2150
    told = there.control("GET", "states")[ORDER]["told"]
    assert told == {"acknowledge": 1, "confirm": 1}


def test_what_is_read_of_a_change(there):
    change_id = there.take_out(("MUG", 1))["id"]
    document = there.read_changes(change_id).json()
    assert (document["status"], document["inProgress"]) == (WAITING, True)
    assert document["remove"] == [{"items": [{"id": "MUG", "quantity": 1}]}]
    assert (document["totalChangeValue"], document["logs"]) == (-1200, [])
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        there.agree(change_id, agreement, path="order-system/orders")
    document = there.read_changes(change_id).json()
    assert (document["status"], document["inProgress"]) == ("done", False)
    assert [entry["status"] for entry in document["logs"]] == ["waiting-confirmation", "done"]
    [listed] = there.read_changes().json()["requests"]
    assert listed["requestId"] == change_id
    assert "status" not in listed
    assert there.read_changes("unknown").status_code == 404


def test_all_of_a_line_is_taken_out_and_others_are_exchanged_and_added(there):
    mug, bag = (item["uniqueId"] for item in there.control("GET", f"orders/{ORDER}")["items"])
    there.control(
        "POST",
        f"orders/{ORDER}/changes",
        remove=[{"items": [{"id": "BAG", "quantity": 1, "uniqueId": bag}]}],
        replace=[
            {
                "from": {"items": [{"id": "MUG", "quantity": 2, "uniqueId": mug}]},
                "to": {"items": [{"id": "MUG", "quantity": 1, "uniqueId": mug, "price": 1000}]},
            }
        ],
        add={"items": [{"id": "MKT-LAMP", "quantity": 2}]},
        more={"manualDiscountValue": 300},
    )
    [change] = there.changes()
    assert change["value"] == -2400 - 950 + 1000 + 2 * 4900 - 300
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        there.agree(change["id"], agreement)
    order = there.read().json()
    shown = [(item["id"], item["quantity"], item["price"]) for item in order["items"]]
    assert shown == [("MUG", 1, 1000), ("MKT-LAMP", 2, 4900)]
    assert len({item["uniqueId"] for item in order["items"]}) == 2
    assert order["value"] == 1000 + 9800 - 300
    assert order["totals"][2] == {"id": "ManualValues", "name": "ManualValues", "value": -300}


def test_a_seller_that_agrees_at_once_is_called_a_second_time(there, seller):
    """Before all doubles of the first call are under way, even."""

    def answer(path, body):
        there.agree(body["requestId"], body["agreementType"])
        return seller.take(path, body)

    seller.answer = answer
    there.settings(change_times=8)
    there.take_out(("MUG", 1))
    there.wait_for_change("done")
    assert there.left()["MUG"] == 1


# -- Where it is not allowed ---------------------------------------------------------------------


PERMITTED = ("handling", "waiting-for-fulfillment", "ready-for-invoicing")


@pytest.mark.parametrize("state", [*PERMITTED, "window-to-cancel", "start-handling", "incomplete"])
def test_states_that_permit_it(simulator, state):
    simulator.order(state=state)
    answer = simulator.own_change(reason="x", remove={"items": [{"id": "BAG", "quantity": 1}]})
    if state in PERMITTED:
        assert answer.status_code == 202
    else:
        assert (answer.status_code, error_code(answer)) == (400, "CHK0124")


def test_one_at_a_time_and_not_once_invoiced(there):
    change_id = there.take_out(("MUG", 1))["id"]
    one_bag = {"reason": "x", "remove": {"items": [{"id": "BAG", "quantity": 1}]}}
    assert error_code(there.own_change(**one_bag)) == "SalesOrderSystem014"
    there.withdraw(change_id)
    there.invoice(items=[("BAG", 1)])
    assert error_code(there.own_change(**one_bag)) == "SalesOrderSystem046"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"reason": ""}, "missing-field"),
        ({}, "CHK0124"),
        ({"remove": "x"}, "CHK0124"),
        ({"replace": [{"from": {"items": [{"id": "MUG", "quantity": 1}]}}]}, "CHK0124"),
        ({"remove": {"items": [{"quantity": 1}]}}, "CHK0022"),
        ({"remove": {"items": [{"id": "MUG", "quantity": 0}]}}, "CHK0023"),
        ({"remove": {"items": [{"id": "LAMP", "quantity": 1}]}}, "SalesOrderSystem010"),
        (
            {"remove": {"items": [{"id": "MUG", "quantity": 1, "uniqueId": "x"}]}},
            "SalesOrderSystem010",
        ),
        ({"remove": {"items": [{"id": "MUG", "quantity": 3}]}}, "SalesOrderSystem011"),
        ({"remove": {"items": [{"id": "MUG", "quantity": 2}] * 2}}, "SalesOrderSystem010"),
        ({"manualDiscountValue": -1}, "CHK0098"),
    ],
)
def test_changes_that_make_no_sense(there, seller, change, expected):
    answer = there.own_change(**{"reason": "x"} | change)
    assert (answer.status_code, error_code(answer)) == (400, expected)
    assert seller.calls == there.changes() == []


# -- How it calls --------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["changeRequestId", "address", "none"])
@pytest.mark.parametrize("second", ["same", "send-agreement"])
def test_where_the_id_stands(there, seller, place, second):
    there.settings(change_id=place, change_second=second, change_method="POST")
    change_id = there.take_out(("MUG", 1))["id"]
    known = "the-sellers-own" if place == "none" else change_id
    assert there.agree(known, ACKNOWLEDGMENT).status_code == 200
    seller.wait_for(2)
    changes = f"/marketplace/demo/pvt/orders/{ORDER}/changes"
    in_address = f"{changes}/{change_id}" if place == "address" else changes
    body = {"reason": "Changed my mind", "remove": {"items": [{"id": "MUG", "quantity": 1}]}}
    if place == "changeRequestId":
        body["changeRequestId"] = change_id
    expected = [(in_address, body | {"agreementType": ACKNOWLEDGMENT})]
    if second == "same":
        expected.append((in_address, body | {"agreementType": CONFIRMATION}))
    else:
        expected.append((f"{changes}/{known}/send-agreement", {"agreementType": CONFIRMATION}))
    assert [(path, body) for path, _headers, body in seller.calls] == expected
    assert seller.methods == ["POST", "POST"]
    assert there.agree(known, CONFIRMATION).status_code == 200
    assert there.changes()[0]["status"] == "done"


def test_an_id_that_the_seller_has_to_look_up(there):
    there.settings(change_id="hidden")
    there.take_out(("MUG", 1))
    assert error_code(there.agree("the-sellers-own", ACKNOWLEDGMENT)) == "CHK0289"
    [request] = there.read_changes().json()["requests"]
    assert there.agree(request["requestId"], ACKNOWLEDGMENT).status_code == 200


def test_the_other_path_and_the_sellers_id(there, seller):
    there.order("OTHER", state="handling", seller_order_id="S/7")
    there.settings(change_path="order-system", change_order="seller")
    there.take_out(("MUG", 1), order_id="OTHER")
    assert seller.calls[0][0] == "/marketplace/demo/api/order-system/orders/S%2F7/changes"


def test_doubles_at_the_same_time(there, seller):
    there.settings(change_times=5)
    assert there.take_out(("MUG", 1))["verdicts"] == {"taken": 5}
    there.agree(there.changes()[0]["id"], ACKNOWLEDGMENT)
    seller.wait_for(10)
    there.wait_for_change(lambda change: change["calls"][CONFIRMATION] == 5)


def test_the_second_call_gets_lost_until_somebody_makes_it(there, seller):
    there.settings(change_second="lost")
    change_id = there.take_out(("MUG", 1))["id"]
    there.agree(change_id, ACKNOWLEDGMENT)
    time.sleep(0.6)
    assert len(seller.calls) == 1
    there.settings(ask_again_every=0.05)
    seller.wait_for(2)
    there.settings(ask_again_every=0)
    assert seller.bodies[-1]["agreementType"] == CONFIRMATION
    assert there.call_about_change()["calls"][CONFIRMATION] >= 2
    there.call_about_change(agreement=ACKNOWLEDGMENT, times=3)
    assert seller.bodies[-1]["agreementType"] == ACKNOWLEDGMENT


def test_it_calls_again_until_the_seller_agrees_but_not_after_a_refusal(there, seller):
    seller.answer = lambda path, body: (
        (503, "{}") if len(seller.calls) < 3 else seller.take(path, body)
    )
    assert there.take_out(("MUG", 1))["verdicts"] == {"later": 1}
    there.settings(ask_again_every=0.05)
    there.wait_for_change(lambda change: change["heard"] == "taken")
    seller.answer = lambda *_: (409, '{"detail": "It is packed."}')
    there.wait_for_change(lambda change: change["heard"] == "refused")
    calls = len(seller.calls)
    there.agree(there.changes()[0]["id"], ACKNOWLEDGMENT)
    seller.wait_for(calls + 1)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"requestId": ...}, "names no requestId"),
        ({"requestId": "another"}, "requestId is 'another'"),
    ],
)
def test_answers_that_do_not_name_the_change(there, seller, answer, complaint):
    seller.answer = lambda path, body: seller.take(path, body, **answer)
    [exchange] = there.take_out(("MUG", 1))["exchanges"]
    assert exchange["verdict"] == "violation"
    assert complaint in exchange["violations"][0]


def test_a_seller_that_names_a_change_differently_each_time(there, seller):
    there.settings(change_id="none")
    seller.answer = lambda path, body: seller.take(path, body, requestId=str(len(seller.calls)))
    there.take_out(("MUG", 1))
    assert there.call_about_change()["violations"] == 1
