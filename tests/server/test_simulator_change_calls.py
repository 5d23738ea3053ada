"""What the seller may call about a change at the marketplace simulator, and what comes between."""

import pytest
import requests
from simulated import (
    ACKNOWLEDGMENT,
    CONFIRMATION,
    HOOK,
    ITEMS,
    ORDER,
    TIMEOUT,
    error_code,
    hook_config,
)

TWO_LINES = [
    {"id": "MUG", "name": "Mug", "quantity": 2, "price": 1200, "uniqueId": "FIRST"},
    {"id": "MUG", "name": "Mug", "quantity": 3, "price": 1000, "uniqueId": "SECOND"},
]


@pytest.fixture
def store(simulator):
    """The same with an order of a VTEX store, whose hook nobody has set up."""
    simulator.order(state="handling", domain="Fulfillment")
    return simulator


# -- What the seller calls -----------------------------------------------------------------------


def test_agreements_in_the_wrong_state(there):
    change_id = there.take_out(("MUG", 1))["id"]
    assert error_code(there.agree(change_id, CONFIRMATION)) == "wrong-status"
    assert error_code(there.agree(change_id, "Perhaps")) == "SalesOrderSystem035"
    assert error_code(there.agree("unknown", ACKNOWLEDGMENT)) == "CHK0289"
    assert there.agree(change_id, ACKNOWLEDGMENT, order_id="unknown").status_code == 404
    there.withdraw(change_id)
    assert error_code(there.agree(change_id, ACKNOWLEDGMENT)) == "wrong-status"
    assert there.left() == {"MUG": 2, "BAG": 1}


@pytest.mark.parametrize(("setting", "status"), [("ok", 200), ("refused", 400)])
def test_agreements_that_come_again(there, setting, status):
    there.settings(repeat_agreement=setting)
    change_id = there.take_out(("MUG", 1))["id"]
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        assert there.agree(change_id, agreement).status_code == 200
        assert there.agree(change_id, agreement).status_code == status
    assert there.agree(change_id, ACKNOWLEDGMENT).status_code == status
    assert there.left()["MUG"] == 1
    told = there.control("GET", "states")[ORDER]["told"]
    assert told == {"acknowledge": 3, "confirm": 2, "again": 3}


@pytest.mark.parametrize(("setting", "status"), [("ok", 200), ("refused", 400)])
def test_the_seller_cancels_a_change_but_not_once_done(there, setting, status):
    there.settings(repeat_agreement=setting)
    change_id = there.take_out(("MUG", 1))["id"]
    assert there.withdraw(change_id, reason="").status_code == 400
    answer = there.withdraw(change_id)
    assert (answer.status_code, answer.content) == (200, b"")
    assert there.read_changes(change_id).json()["status"] == "canceled"
    assert there.withdraw(change_id).status_code == status
    change_id = there.take_out(("MUG", 2))["id"]
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        there.agree(change_id, agreement)
    assert error_code(there.withdraw(change_id)) == "wrong-status"
    assert there.left() == {"MUG": 0, "BAG": 1}


def test_retry_calls_the_seller_again(there):
    change_id = there.take_out(("MUG", 1))["id"]
    path = f"order-system/orders/{ORDER}/changes/{change_id}/retry"
    answer = there.call("POST", path)
    assert (answer.status_code, answer.content) == (204, b"")
    there.wait_for_change(lambda change: change["calls"] == {ACKNOWLEDGMENT: 2})
    there.withdraw(change_id)
    assert error_code(there.call("POST", path)) == "wrong-status"


@pytest.mark.parametrize("called", [True, False])
def test_the_sellers_own_change_needs_its_agreements_as_well(there, seller, called):
    there.settings(own_change="called" if called else "uncalled")
    one = {"items": [{"id": "MUG", "quantity": 1}]}
    answer = there.own_change(reason="Broken", remove=one)
    assert answer.status_code == 202
    told = answer.json()
    assert (told["reason"], told["remove"], told["totalChangeValue"]) == ("Broken", [one], -1200)
    assert there.changes()[0]["by"] == "seller"
    if called:
        seller.wait_for(1)
        assert seller.bodies[0]["requestId"] == told["requestId"]
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        assert there.agree(told["requestId"], agreement).status_code == 200
    assert there.left()["MUG"] == 1
    assert called or ACKNOWLEDGMENT not in there.changes()[0]["calls"]


def test_permissions_quotas_and_faults_are_those_of_other_calls(there):
    change_id = there.take_out(("MUG", 1))["id"]
    there.control("POST", "keys", key="reader", token="reads", permissions=["read"])
    reader = {"key": "reader", "token": "reads"}
    assert there.agree(change_id, ACKNOWLEDGMENT, **reader).status_code == 403
    assert there.read_changes(**reader).status_code == 403
    assert there.agree(change_id, ACKNOWLEDGMENT, token="wrong").status_code == 401
    there.control("POST", "faults", kind="status", status=429, call="confirm")
    there.control("POST", "faults", kind="drop", call="acknowledge", after_work=True)
    with pytest.raises(requests.ConnectionError):
        there.agree(change_id, ACKNOWLEDGMENT)
    assert there.agree(change_id, ACKNOWLEDGMENT).status_code == 200
    assert there.agree(change_id, CONFIRMATION).status_code == 429
    assert there.agree(change_id, CONFIRMATION).status_code == 200
    there.settings(quota_calls=1)
    assert there.read_changes().status_code == 429


# -- What comes between --------------------------------------------------------------------------


def test_a_whole_cancellation_wins(there, seller):
    change_id = there.take_out(("MUG", 1))["id"]
    assert there.cancel().status_code == 200
    assert there.changes()[0]["status"] == "canceled"
    assert error_code(there.agree(change_id, ACKNOWLEDGMENT)) == "wrong-status"
    assert there.differences({"MUG": 0}) == []
    assert there.differences({"MUG": 1}) == ["MUG: 0 left at the marketplace, 1 at the seller"]
    assert len(seller.calls) == 1


def test_the_marketplace_takes_a_change_back(there):
    there.take_out(("MUG", 1))
    assert there.take_back(reason="No")["status"] == "canceled"
    assert there.take_out(("MUG", 2))["status"] == "waiting-acknowledgement"


def test_an_invoice_while_a_change_is_open_leaves_the_order_stuck(there):
    change_id = there.take_out(("MUG", 1))["id"]
    there.agree(change_id, ACKNOWLEDGMENT)
    assert there.invoice(invoiceValue=3350).status_code == 200  # with the amount of before
    assert there.control("GET", "states")[ORDER]["stuck"] == "invoiced before the change was done"
    assert error_code(there.agree(change_id, CONFIRMATION)) == "SalesOrderSystem046"
    assert there.read_changes(change_id).json()["inProgress"] is True


def test_after_the_change_the_invoice_is_that_of_what_is_left(there):
    change_id = there.take_out(("MUG", 1))["id"]
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        there.agree(change_id, agreement)
    assert there.invoice().json()["error"]["code"] == "bad-value"
    assert there.invoice(items=[("MUG", 1), ("BAG", 1)]).status_code == 200
    assert there.state() == ("invoiced", "invoiced")
    assert there.control("GET", "states")[ORDER]["stuck"] == ""


@pytest.mark.parametrize(
    ("setting", "left"),
    [("first", {"FIRST": 1, "SECOND": 3}), ("wrong", {"FIRST": 2, "SECOND": 2})],
)
def test_two_lines_of_one_sku(simulator, seller, setting, left):
    seller.answer = seller.take
    simulator.order(state="handling", items=TWO_LINES)
    answer = simulator.own_change(reason="x", remove={"items": [{"id": "MUG", "quantity": 1}]})
    assert error_code(answer) == "SalesOrderSystem026"
    simulator.settings(same_sku=setting)
    change_id = simulator.take_out(("MUG", 1))["id"]
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        simulator.agree(change_id, agreement)
    assert simulator.differences(left) == []
    assert simulator.differences({"MUG": 4}) == []
    assert len(simulator.differences({"FIRST": 2, "MUG": 3})) == 1


def test_two_lines_of_one_sku_get_stuck_unless_told_apart(simulator, seller):
    seller.answer = seller.take
    simulator.settings(same_sku="stuck")
    simulator.order(state="handling", items=TWO_LINES)
    change_id = simulator.take_out(("MUG", 1))["id"]
    assert simulator.agree(change_id, ACKNOWLEDGMENT).status_code == 200
    assert error_code(simulator.agree(change_id, CONFIRMATION)) == "stuck"
    simulator.take_back()
    second = {"items": [{"id": "MUG", "quantity": 1, "uniqueId": "SECOND"}]}
    change_id = simulator.take_out(remove=second)["id"]
    for agreement in (ACKNOWLEDGMENT, CONFIRMATION):
        assert simulator.agree(change_id, agreement).status_code == 200
    assert simulator.differences({"FIRST": 2, "SECOND": 2}) == []


# -- A VTEX store's own back office --------------------------------------------------------------


def test_a_store_changes_its_order_at_once_and_the_hook_hears_of_it(store, seller):
    seller.answer = lambda *_: (200, "")
    config = hook_config(seller)
    config["filter"]["status"] = ["handling"]
    assert store.call("POST", HOOK, config).status_code == 200
    assert store.take_out(("MUG", 1), reason="Out of stock")["status"] == "done"
    store.wait()
    [notification] = [body for body in seller.bodies if "OrderId" in body]
    assert (notification["OrderId"], notification["State"]) == (ORDER, "handling")
    order = store.read().json()
    assert [item["quantity"] for item in order["items"]] == [1, 1]
    [entry] = order["changesAttachment"]["changesData"]
    receipt = entry.pop("receipt")
    assert receipt["orderId"] == ORDER
    assert receipt["receipt"] != store.changes()[0]["id"]
    assert entry == {
        "reason": "Out of stock",
        "discountValue": 1200,
        "incrementValue": 0,
        "itemsAdded": [],
        "itemsRemoved": [
            {"id": "MUG", "name": "Mug", "quantity": 1, "price": 1200, "unitMultiplier": None}
        ],
    }
    store.take_out(("BAG", 1), silently=True)
    store.wait()
    assert len([body for body in seller.bodies if "OrderId" in body]) == 1
    assert len(store.read().json()["changesAttachment"]["changesData"]) == 2


def test_a_stores_own_change_is_done_at_once(store, seller):
    add = {"items": [{"id": "MKT-LAMP", "quantity": 1}]}
    answer = store.own_change(reason="As a gift", add=add)
    assert answer.status_code == 202
    assert store.read_changes(answer.json()["requestId"]).json()["status"] == "done"
    assert store.left() == {"MUG": 2, "BAG": 1, "MKT-LAMP": 1}
    assert seller.calls == []


def test_an_order_without_a_change_has_none_and_lines_of_its_own(there):
    order = there.read().json()
    assert order["changesAttachment"] is None
    assert len({item["uniqueId"] for item in order["items"]}) == len(ITEMS)
    twins = [ITEMS[0] | {"uniqueId": "TWIN"}] * 2
    there.control("POST", "orders", 400, order_id="TWINS", items=twins)


def test_the_page_shows_changes_and_how_to_make_them(there):
    page = requests.get(f"{there.url}/", timeout=TIMEOUT).text
    assert f'data-call="POST /control/orders/{ORDER}/changes"' in page
    there.take_out(("MUG", 1), reason="Only one")
    page = requests.get(f"{there.url}/", timeout=TIMEOUT).text
    assert "1 MUG out (Only one)" in page
    assert "Please change the order" in page
    assert f'data-call="POST /control/orders/{ORDER}/changes"' not in page
