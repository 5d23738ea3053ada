"""What the marketplace simulator's Orders hook tells, when and how often."""

import json
import time
from collections import Counter

import pytest
from simulated import HOOK, HOOK_SECRET, HOOK_STATES, KEY, ORDER, OTHER, hook_config


def test_the_hook_hears_of_the_states_that_it_wants(simulator, seller, hook):
    simulator.order(domain="Fulfillment")
    simulator.happen("start-handling")
    simulator.happen("ask-to-cancel")
    simulator.happen("begin-cancel")
    simulator.happen("finish-cancel")
    simulator.wait()
    assert [(body["LastState"], body["State"]) for body in hook()] == [
        ("start-handling", "cancellation-requested"),
        ("cancellation-requested", "cancel"),
        ("cancel", "canceled"),
    ]
    _path, headers, body = seller.calls[-1]
    assert headers["X-Hook-Token"] == HOOK_SECRET
    assert (body["Domain"], body["OrderId"]) == ("Fulfillment", ORDER)
    assert body["Origin"] == {"Account": "simulator", "Key": KEY}
    assert body["LastChange"] < body["CurrentChange"]


def test_what_the_seller_does_is_notified_as_well_but_nothing_that_is_silent(simulator, hook):
    for order_id in (ORDER, OTHER):
        simulator.order(order_id, domain="Fulfillment")
    simulator.cancel()
    simulator.happen("cancel", OTHER, silently=True)
    simulator.wait()
    assert [(body["OrderId"], body["State"]) for body in hook()] == [(ORDER, "canceled")]
    assert simulator.state(OTHER) == ("canceled", "canceled")


def test_it_comes_again_at_growing_intervals_until_it_is_answered(simulator, seller, hook):
    simulator.settings(clock_speed=0)
    seller.answer = lambda *_: (503, "") if len(seller.calls) < 4 else (200, "")
    simulator.order()
    simulator.happen("begin-cancel")
    for sent, interval in ((1, 60), (2, 120)):
        assert simulator.wait(1, sent)["sent"] == sent
        simulator.control("POST", "clock", advance=interval - 1)
        time.sleep(0.15)
        assert len(hook()) == sent
        simulator.control("POST", "clock", advance=2)
    counts = simulator.wait()
    assert (counts["sent"], counts["delivered"]) == (3, 1)
    assert len({json.dumps(body) for body in hook()}) == 1


@pytest.mark.usefixtures("hook")
def test_an_answer_that_comes_too_late_is_none(simulator, seller):
    simulator.settings(hook_timeout=0.1, clock_speed=1000)
    seller.answer = lambda *_: (time.sleep(0.3 if len(seller.calls) == 2 else 0), (200, ""))[1]
    simulator.order()
    simulator.happen("begin-cancel")
    assert simulator.wait()["sent"] == 2


def test_three_days_without_one_and_the_hook_is_dropped(simulator, seller, hook):
    simulator.settings(clock_speed=0)
    simulator.order()
    simulator.control("POST", "clock", advance=2 * 86400)
    simulator.happen("begin-cancel")
    simulator.wait()
    simulator.control("POST", "clock", advance=2 * 86400)
    assert simulator.call("GET", HOOK).status_code == 200
    simulator.control("POST", "clock", advance=86401)
    assert simulator.call("GET", HOOK).status_code == 404
    [dropped] = simulator.control("GET", "hook")["dropped"]
    assert dropped["key"] == KEY
    simulator.happen("finish-cancel")
    simulator.wait()
    assert len(hook()) == 1
    assert simulator.call("POST", HOOK, hook_config(seller)).status_code == 200
    assert simulator.control("GET", "hook")["dropped"] == []


@pytest.mark.usefixtures("hook")
def test_the_marketplace_drops_a_hook_when_told_to(simulator):
    simulator.control("DELETE", f"hook/{KEY}")
    assert simulator.call("GET", HOOK).status_code == 404
    simulator.control("DELETE", f"hook/{KEY}", 404)


def test_late_doubled_lost_and_irrelevant_ones(simulator, hook):
    simulator.settings(notify_lost=0.2, notify_doubled=0.5, notify_irrelevant=0.3, seed=7)
    ids = [f"order-{number}" for number in range(100)]
    simulator.control("POST", "orders", orders=ids)
    assert simulator.happen("begin-cancel", *ids) == 100
    counts = simulator.wait()
    heard = Counter(body["OrderId"] for body in hook() if body["State"] == "cancel")
    lost = {entry["orderId"] for entry in counts["lost_ones"]}
    assert lost == set(ids) - set(heard)
    assert 10 <= counts["lost"] == len(lost) <= 30
    assert counts["doubled"] == sum(heard[order_id] > 1 for order_id in ids)
    assert 30 <= counts["doubled"] <= 50
    strange = [b for b in hook() if b["OrderId"] not in ids or b["State"] != "cancel"]
    assert 10 <= len(strange) == counts["irrelevant"] <= 35
    # The same seed loses the same.
    simulator.control("POST", "reset")
    simulator.settings(notify_lost=0.2, seed=7)
    simulator.control("POST", "hook", key=KEY, url="http://127.0.0.1:9/", status=HOOK_STATES)
    simulator.control("POST", "orders", orders=ids)
    simulator.happen("begin-cancel", *ids)
    again = simulator.control("GET", "notifications")["lost_ones"]
    assert {entry["orderId"] for entry in again} == lost


def test_out_of_order_and_late(simulator, hook):
    simulator.settings(notify_late=100, notify_shuffled=100, clock_speed=0)
    ids = [f"order-{number}" for number in range(50)]
    simulator.control("POST", "orders", orders=ids)
    simulator.happen("cancel", *ids)
    simulator.control("POST", "clock", advance=99)
    time.sleep(0.2)
    assert hook() == []
    simulator.control("POST", "clock", advance=50)
    counts = simulator.wait(99)
    assert 0 < counts["waiting"] < 100
    simulator.control("POST", "clock", advance=52)
    simulator.wait()
    seen = [body["OrderId"] for body in hook()]
    assert seen != sorted(seen, key=ids.index)
    assert Counter(seen) == dict.fromkeys(ids, 2)
    states = {order_id: [] for order_id in ids}
    for body in hook():
        states[body["OrderId"]].append(body["State"])
    assert ["canceled", "cancel"] in states.values()


def test_one_by_hand(simulator, hook):
    simulator.control("POST", "notifications", orders=["who"], state="invoiced", times=3)
    simulator.wait()
    assert [(b["OrderId"], b["State"]) for b in hook()] == [("who", "invoiced")] * 3
    simulator.control("POST", "notifications", 400, orders=["who"])
