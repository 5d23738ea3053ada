"""A marketplace takes a part out of an order: real Odoo, and the simulated marketplace.

Each test ends with both sides at the same quantities, or with a person who is asked.
"""

from itertools import product

import pytest
from changed_shop import ChangedShop
from odoo_server import TIMEOUT, OdooServer, database_copy, only_long

DONE = {"acknowledge": 1, "confirm": 1}


@pytest.fixture(scope="module")
def server():
    with database_copy("changes") as database, OdooServer(database, cron_threads=1) as running:
        yield running


@pytest.fixture(scope="module")
def one_shop(server, running_simulator):
    return ChangedShop(server, running_simulator)


@pytest.fixture
def shop(one_shop, simulator):
    """Both know each other; the simulator has forgotten everything else."""
    assert simulator is one_shop.simulator
    one_shop.meet()
    return one_shop


def settle(shop, name, order_id, left, timeout=TIMEOUT):
    """Until the last change is done there; both sides then have so much left."""
    shop.simulator.wait_for_change("done", order_id=name, timeout=timeout)
    assert shop.lines(order_id) == left
    assert shop.demand(order_id) == sum(left.values())
    assert shop.differences(name, order_id) == []
    assert shop.complaints(name) == []


def test_shopper_takes_one_of_three_out(shop):
    order_id = shop.sell("ONE", 3)
    assert shop.take_out("ONE", 1)["verdicts"] == {"taken": 1}
    settle(shop, "ONE", order_id, {"ONE-0": 2})
    shop.wait_for_part("ONE", "part_cancelled")
    assert shop.told("ONE") == DONE


PATHS, METHODS = ("pvt", "order-system"), ("PATCH", "POST")
PLACES = ("requestId", "changeRequestId", "address", "none", "hidden")
#: Each way at least once; all together in the long form.
WAYS = [
    ("pvt", "PATCH", "requestId", "same"),
    ("order-system", "POST", "address", "send-agreement"),
    ("pvt", "POST", "changeRequestId", "send-agreement"),
    ("order-system", "PATCH", "none", "same"),
    ("pvt", "PATCH", "hidden", "same"),
]
ALL_WAYS = [
    way if way in WAYS else pytest.param(*way, marks=only_long)
    for way in product(PATHS, METHODS, PLACES, ("same", "send-agreement"))
]


@pytest.mark.parametrize(("path", "method", "place", "second"), ALL_WAYS)
def test_however_it_is_called(shop, path, method, place, second):
    name = f"HOW-{path}-{method}-{place}-{second}"
    order_id = shop.sell(name, 3)
    shop.simulator.settings(
        change_path=path, change_method=method, change_id=place, change_second=second
    )
    shop.take_out(name, 1)
    settle(shop, name, order_id, {f"{name}-0": 2})
    assert shop.told(name) == DONE


def test_doubles_are_one_change(shop):
    order_id = shop.sell("DOUBLE", 3)
    shop.simulator.settings(change_times=8)
    assert shop.take_out("DOUBLE", 1)["verdicts"] == {"taken": 8}
    settle(shop, "DOUBLE", order_id, {"DOUBLE-0": 2})
    shop.wait_for_part("DOUBLE", "part_cancelled")
    assert shop.told("DOUBLE") == DONE


def test_two_changes_in_a_row(shop):
    order_id = shop.sell("ROW", 3)
    for left in (2, 1):
        shop.take_out("ROW", 1)
        settle(shop, "ROW", order_id, {"ROW-0": left})
    shop.wait_for_part("ROW", "part_cancelled", "part_cancelled")
    assert shop.told("ROW") == {"acknowledge": 2, "confirm": 2}


@pytest.mark.parametrize("place", ["none", "hidden"])
def test_second_change_like_the_first_that_has_no_id_is_taken_out_as_well(shop, place):
    name = f"SAME-{place}"
    order_id = shop.sell(name, 3)
    shop.simulator.settings(change_id=place)
    for left in (2, 1):
        shop.take_out(name, 1)
        settle(shop, name, order_id, {f"{name}-0": left})
    shop.wait_for_part(name, "part_cancelled", "part_cancelled")
    assert shop.told(name) == {"acknowledge": 2, "confirm": 2}
    assert shop.questions(name) == []


def test_two_lines_of_one_product_are_told_apart(shop):
    order_id = shop.sell("TWIN", 2, 2)
    shop.take_out("TWIN", 1, line=1)
    settle(shop, "TWIN", order_id, {"TWIN-0": 2, "TWIN-1": 1})


def test_two_lines_of_one_product_that_nothing_tells_apart(shop):
    order_id = shop.sell("WHICH", 2, 2)
    shop.simulator.settings(same_sku="wrong")
    shop.take_out("WHICH", 1)
    shop.wait_for_part("WHICH", "part_evaluating")
    assert shop.lines(order_id) == {"WHICH-0": 2, "WHICH-1": 2}


def test_more_than_was_ordered_here_is_refused_and_taken_back(shop):
    order_id = shop.sell("MORE", 2, there=[3])
    assert shop.take_out("MORE", 3)["verdicts"] == {"refused": 1}
    shop.simulator.wait_for_change("canceled", order_id="MORE")
    shop.wait_for_part("MORE", "part_refused")
    assert shop.lines(order_id) == {"MORE-0": 2}
    assert shop.told("MORE") == {"withdraw": 1}


@pytest.mark.parametrize(
    ("action", "status", "state", "left"),
    [
        ("action_accept", "done", "part_cancelled", 2),
        ("action_refuse", "canceled", "part_refused", 3),
    ],
)
def test_person_decides(shop, action, status, state, left):
    name = f"ASK-{action}"
    shop.simulator.settings(change_second="lost")
    order_id = shop.sell(name, 3)
    shop.take_out(name, 1, add={"items": [{"id": "MKT-BAG", "quantity": 1}]})
    shop.wait_for_part(name, "part_evaluating")
    shop.simulator.wait_for_change("waiting-confirmation", order_id=name)
    shop.decide(name, action, *(["It is packed."] if action == "action_refuse" else []))
    if action == "action_accept":
        shop.simulator.call_about_change(name)
    shop.simulator.wait_for_change(status, order_id=name)
    shop.wait_for_part(name, state)
    assert shop.lines(order_id)[f"{name}-0"] == left


def test_second_call_that_got_lost_is_not_needed(shop):
    order_id = shop.sell("LOST", 3)
    shop.simulator.settings(change_second="lost")
    shop.take_out("LOST", 1)
    shop.simulator.wait_for_change("waiting-confirmation", order_id="LOST")
    shop.simulator.settings(change_second="same", ask_again_every=0.2)
    settle(shop, "LOST", order_id, {"LOST-0": 2})


def test_whole_cancellation_meanwhile_wins(shop):
    order_id = shop.sell("WHOLE", 3)
    shop.simulator.settings(change_second="lost")
    shop.take_out("WHOLE", 1)
    shop.simulator.wait_for_change("waiting-confirmation", order_id="WHOLE")
    assert shop.simulator.ask("WHOLE")["verdict"] == "confirmed"
    shop.wait_for_part("WHOLE", "part_withdrawn")
    assert shop.orders([order_id])[0]["state"] == "cancel"
    assert shop.simulator.changes("WHOLE")[0]["status"] == "canceled"
    assert shop.told("WHOLE") == {"acknowledge": 1}


def test_all_that_is_left_is_taken_out(shop):
    order_id = shop.sell("ALL", 2)
    shop.take_out("ALL", 2)
    shop.simulator.wait_for_change("done", order_id="ALL")
    assert shop.orders([order_id])[0]["state"] == "cancel"
    assert shop.simulator.left("ALL") == {"MKT-MUG": 0}


def test_marketplace_that_is_in_trouble_gets_both_agreements_in_the_end(shop):
    order_id = shop.sell("TROUBLE", 3)
    for call in ("acknowledge", "confirm"):
        shop.simulator.control("POST", "faults", kind="drop", call=call, after_work=True)
        shop.simulator.control("POST", "faults", kind="status", status=503, call=call)
    shop.take_out("TROUBLE", 1)
    # It is tried again after some time, and the confirmation waits for the acknowledgement.
    settle(shop, "TROUBLE", order_id, {"TROUBLE-0": 2}, timeout=240)


def test_change_that_comes_before_its_order(shop):
    items = [{"id": "MKT-MUG", "name": "Mug", "quantity": 3, "price": 1200, "uniqueId": "EARLY-0"}]
    shop.simulator.order("EARLY", items=items, state="handling")
    shop.take_out("EARLY", 1)
    shop.wait_for_part("EARLY", "part_waiting")
    line = {"product_id": shop.product_id, "product_uom_qty": 3, "marketplace_line_id": "EARLY-0"}
    order_id = shop.import_order("EARLY", order_line=[(0, 0, line)])
    shop.confirm([order_id])
    settle(shop, "EARLY", order_id, {"EARLY-0": 2})
