"""How the marketplace simulator's Orders hook is set up, and how often a key may call."""

import json
import time

import pytest
import requests
from simulated import HOOK, HOOK_SECRET, KEY, TIMEOUT, hook_config

# -- Configuration -------------------------------------------------------------------------------


@pytest.mark.usefixtures("hook")
def test_a_hook_is_set_up_shown_and_removed(simulator, seller):
    [(path, headers, body)] = seller.calls
    assert (path, body) == ("/hook?an=x", {"hookConfig": "ping"})
    assert headers["X-Hook-Token"] == HOOK_SECRET
    assert simulator.call("GET", HOOK).json() == hook_config(seller)
    assert simulator.call("DELETE", HOOK).status_code == 200
    assert simulator.call("DELETE", HOOK).status_code == 404
    assert simulator.call("GET", HOOK).status_code == 404
    simulator.settings(no_hook="empty")
    answer = simulator.call("GET", HOOK)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("status", [201, 204, 302, 401, 500])
def test_an_unanswered_ping_sets_nothing_up(simulator, seller, status):
    seller.answer = lambda *_: (status, "")
    answer = simulator.call("POST", HOOK, hook_config(seller))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ping-failed")
    assert simulator.call("GET", HOOK).status_code == 404


@pytest.mark.usefixtures("hook")
def test_a_failed_ping_keeps_the_hook_that_was_there(simulator, seller):
    other = hook_config(seller, url="http://127.0.0.1:9/")
    assert simulator.call("POST", HOOK, other).status_code == 400
    assert simulator.call("GET", HOOK).json() == hook_config(seller)


@pytest.mark.parametrize(
    "changes", [{"url": "ftp://x"}, {"url": None}, {"headers": {"a b": "c"}}, {"headers": {"a": 1}}]
)
def test_a_hook_that_makes_no_sense(simulator, seller, changes):
    assert simulator.call("POST", HOOK, hook_config(seller, **changes)).status_code == 400
    assert simulator.call("POST", HOOK, {"filter": {"type": "x"}, "hook": {}}).status_code == 400
    assert seller.calls == []


def test_each_key_has_one_hook_and_needs_the_permission(simulator, seller, hook):
    simulator.control("POST", "keys", key="other", token="its-token", permissions=["hook"])
    simulator.control("POST", "keys", key="reader", token="reads", permissions=["read"])
    other = {"key": "other", "token": "its-token"}
    assert simulator.call("GET", HOOK, key="reader", token="reads").status_code == 403
    assert simulator.call("GET", HOOK, token="wrong").status_code == 401
    assert simulator.call("GET", HOOK, **other).status_code == 404
    answer = simulator.call("POST", HOOK, hook_config(seller, url=f"{seller.url}/second"), **other)
    assert answer.status_code == 200
    simulator.order(domain="Fulfillment")
    simulator.happen("ask-to-cancel")
    simulator.wait()
    assert {body["Origin"]["Key"] for body in hook()} == {KEY, "other"}


@pytest.mark.usefixtures("hook")
def test_secrets_of_hooks_are_shown_nowhere(simulator, seller):
    simulator.order()
    simulator.happen("cancel")
    simulator.wait()
    simulator.call("GET", HOOK)
    seller.answer = lambda *_: (500, "")
    refused = {"X-Hook-Token": "the-refused-secret"}
    simulator.call("POST", HOOK, hook_config(seller, headers=refused))
    simulator.call("POST", HOOK, hook_config(seller, headers=refused, url="nowhere"))
    simulator.call("DELETE", HOOK)
    told = json.dumps(simulator.control("GET", "conversation"))
    told += json.dumps(simulator.control("GET", "hook"))
    told += requests.get(simulator.url, timeout=TIMEOUT).text
    assert HOOK_SECRET not in told
    assert "the-refused-secret" not in told


def test_somebody_elses_hook(simulator, seller):
    url = "https://somebody.example/hook"
    simulator.control("POST", "hook", key=KEY, url=url, status=["invoiced"])
    assert simulator.call("GET", HOOK).json()["hook"]["url"] == url
    assert seller.calls == []


# -- Quotas --------------------------------------------------------------------------------------


def test_a_key_has_a_quota_and_its_calls_are_counted(simulator):
    simulator.settings(quota_calls=3, quota_seconds=600)
    simulator.order()
    simulator.control("POST", "keys", key="other", token="its-token", permissions=["list"])
    other = {"key": "other", "token": "its-token"}
    assert [simulator.read().status_code for _ in range(4)] == [200, 200, 200, 429]
    assert simulator.cancel().status_code == 429
    assert simulator.state()[0] == "ready-for-handling"
    assert simulator.call("GET", "oms/pvt/orders", **other).status_code == 200
    quota = simulator.control("GET", "quota")
    kinds = {"read": 4, "cancel": 1}
    assert quota[KEY] == {"calls": 5, "refused": 2, "most": 5, "kinds": kinds}
    assert quota["other"]["refused"] == 0


def test_a_quota_comes_back_with_time(simulator):
    simulator.settings(quota_calls=1, quota_seconds=0.3)
    simulator.order()
    assert [simulator.read().status_code for _ in range(2)] == [200, 429]
    time.sleep(0.35)
    assert simulator.read().status_code == 200


@pytest.mark.parametrize(
    "values", [{"notify_lost": 1.5}, {"clock_speed": -1}, {"no_hook": "x"}, {"member_case": 1}]
)
def test_settings_that_make_no_sense(simulator, values):
    simulator.control("PATCH", "settings", 400, **values)


@pytest.mark.usefixtures("hook")
def test_the_page_shows_hook_notifications_and_quota(simulator):
    simulator.settings(quota_calls=500)
    simulator.order(domain="Fulfillment")
    simulator.happen("ask-to-cancel")
    simulator.wait()
    page = requests.get(simulator.url, timeout=TIMEOUT).text
    assert "of a VTEX store" in page
    update = requests.get(f"{simulator.url}/parts", timeout=TIMEOUT).json()
    parts = update["parts"]
    assert KEY in parts["seller"]
    assert "cancellation-requested, cancel, canceled" in parts["hook"]
    assert "<b>1</b> notifications raised" in parts["hook"]
    assert "1 hook" in parts["quotas"]
    assert "The order is cancellation-requested" in parts["conversation"]
    assert update["settings"]["quota_calls"] == 500
    assert "seller_token" not in update["settings"]
    simulator.control("DELETE", f"hook/{KEY}")
    parts = requests.get(f"{simulator.url}/parts", timeout=TIMEOUT).json()["parts"]
    assert "is dropped" in parts["seller"]
