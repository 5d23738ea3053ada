"""What the marketplace simulator shows of orders, and what happens to them without a call."""

from datetime import datetime, timedelta, timezone

import pytest
from simulated import ORDER, OTHER


def test_a_request_without_a_call_can_be_denied(simulator, seller):
    simulator.order(domain="Fulfillment")
    assert simulator.happen("ask-to-cancel", reason="Too late", by_user=True) == 1
    order = simulator.read().json()
    assert (order["status"], order["cancellationData"]) == ("cancellation-requested", None)
    [request] = order["cancellationRequests"]
    assert (request["reason"], request["requestedByUser"]) == ("Too late", True)
    assert request["deniedBySeller"] is False
    assert seller.calls == []
    answer = simulator.deny(cancellationRequestId=request["id"], denyReason="It is packed")
    assert answer.status_code == 200
    order = simulator.read().json()
    assert order["status"] == "ready-for-handling"
    [request] = order["cancellationRequests"]
    assert (request["deniedBySeller"], request["deniedBySellerReason"]) == (True, "It is packed")


@pytest.mark.parametrize(
    ("domain", "status"),
    [("Fulfillment", "cancellation-requested"), ("Marketplace", "waiting-for-seller-decision")],
)
def test_each_side_has_its_own_word_for_it(simulator, domain, status):
    simulator.order(domain=domain)
    simulator.happen("ask-to-cancel")
    assert simulator.read().json()["status"] == status
    simulator.happen("begin-cancel")
    assert simulator.read().json()["status"] == "cancel"
    simulator.happen("finish-cancel")
    assert simulator.read().json()["status"] == "canceled"


def test_a_cancelled_order_says_why(simulator):
    simulator.order()
    simulator.happen("ask-to-cancel", reason="Too late", by_user=True)
    simulator.happen("cancel", reason="Too late", by_user=True)
    order = simulator.read().json()
    data = order["cancellationData"]
    assert data["cancellationRequestId"] == order["cancellationRequests"][0]["id"]
    assert (data["reason"], data["requestedByUser"]) == ("Too late", True)
    assert order["cancelReason"] == "Too late"


def test_the_reason_comes_late_and_names_in_either_case(simulator):
    simulator.control("PATCH", "settings", reason_delay=1000, member_case="pascal", clock_speed=0)
    simulator.order()
    simulator.happen("cancel", reason="Too late")
    data = simulator.read().json()["cancellationData"]
    assert (data["Reason"], data["RequestedByUser"]) == (None, False)
    simulator.control("POST", "clock", advance=1001)
    assert simulator.read().json()["cancellationData"]["Reason"] == "Too late"


def test_the_seller_cancels_and_the_order_says_so(simulator):
    simulator.order()
    simulator.cancel(reason="Out of stock")
    data = simulator.read().json()["cancellationData"]
    assert (data["reason"], data["requestedBySellerNotification"]) == ("Out of stock", True)


def test_a_request_is_denied_or_confirmed_only_once(simulator):
    simulator.order()
    simulator.happen("ask-to-cancel")
    simulator.happen("cancel")
    answer = simulator.deny(cancellationRequestId=simulator.request_id(), denyReason="No")
    assert answer.json()["error"]["code"] == "already-canceled"


def test_what_the_marketplace_knew_and_what_it_was_told_twice_is_counted(simulator):
    for order_id in (ORDER, OTHER):
        simulator.order(order_id)
    simulator.happen("cancel", OTHER)
    for order_id in (ORDER, ORDER, OTHER):
        assert simulator.cancel(order_id).status_code == 200
    states = simulator.control("GET", "states")
    assert states[ORDER]["told"] == {"cancel": 2, "again": 1}
    assert states[OTHER]["told"] == {"cancel": 1, "echo": 1}
    assert states[OTHER]["status"] == states[OTHER]["sellerStatus"] == "canceled"


def test_what_is_impossible_is_told_for_each_order(simulator):
    simulator.order()
    simulator.order(OTHER, state="incomplete")
    result = simulator.control("POST", "events", event="cancel", orders=[ORDER, OTHER, "unknown"])
    assert result["done"] == 1
    assert set(result["problems"]) == {OTHER, "unknown"}
    assert simulator.control("POST", "events", event="x", orders=[ORDER])["done"] == 0


# -- Many, and lists -----------------------------------------------------------------------------


def test_many_orders_are_made_at_once_and_listed_by_pages(simulator):
    made = simulator.control("POST", "orders", count=230, domain="Fulfillment")["orders"]
    assert len(set(made)) == 230
    assert simulator.happen("cancel", *made[:120]) == 120
    pages = [simulator.listed(f_status="canceled", page=n, per_page=100).json() for n in (1, 2)]
    assert pages[0]["paging"] == {"total": 120, "pages": 2, "currentPage": 1, "perPage": 100}
    found = {line["orderId"] for page in pages for line in page["list"]}
    assert found == set(made[:120])
    assert simulator.listed(f_status="cancel,cancellation-requested").json()["list"] == []
    assert len(simulator.listed().json()["list"]) == 15


def test_lists_show_only_what_is_indexed(simulator):
    simulator.control("PATCH", "settings", index_delay=240, clock_speed=0)
    simulator.order()
    assert simulator.listed().json()["paging"]["total"] == 0
    simulator.control("POST", "clock", advance=241)
    simulator.happen("cancel")
    [line] = simulator.listed().json()["list"]
    assert (line["orderId"], line["status"]) == (ORDER, "ready-for-handling")
    assert simulator.read().json()["status"] == "canceled"
    simulator.control("POST", "clock", advance=241)
    assert simulator.listed(f_status="canceled").json()["paging"]["total"] == 1


def test_lists_by_day_of_creation(simulator):
    simulator.order()

    def total(first, last):
        moments = [
            (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            for days in (first, last)
        ]
        answer = simulator.listed(f_creationDate=f"creationDate:[{moments[0]} TO {moments[1]}]")
        return answer.json()["paging"]["total"]

    assert (total(-1, 1), total(-2, -1), total(1, 2)) == (1, 0, 0)


@pytest.mark.parametrize(
    "query",
    [{"page": 31}, {"page": 0}, {"per_page": 101}, {"page": "x"}, {"f_creationDate": "yesterday"}],
)
def test_a_list_that_makes_no_sense(simulator, query):
    assert simulator.listed(**query).status_code == 400


def test_reading_and_listing_are_two_permissions(simulator):
    simulator.order()
    simulator.control("POST", "keys", key="reader", token="reads", permissions=["read"])
    reader = {"key": "reader", "token": "reads"}
    assert simulator.read(**reader).status_code == 200
    assert simulator.call("GET", "oms/pvt/orders", **reader).status_code == 403
    assert simulator.call("GET", "oms/pvt/orders", token="wrong").status_code == 401
