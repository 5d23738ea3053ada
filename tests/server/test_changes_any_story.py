"""Whatever both sides do with one order, and whatever gets lost: in the end they agree.

Real Odoo and the simulated marketplace, over HTTP. What becomes of goods and money is in
``tests/change/test_part_any_story.py``.
"""

import pytest
from odoo_server import OdooServer, database_copy

pytest.importorskip("hypothesis", reason="a tool of these tests")

from change_stories import ToldShop, stories
from hypothesis import HealthCheck, Phase, given, settings

from odoo.addons.marketplace_order_cancellation.tests.helpers.random_examples import LONG

EXAMPLES = 150 if LONG else 10
#: What a change is called at the marketplace, by the state of its receipt here.
STATUS = {"part_cancelled": "done", "part_refused": "canceled", "part_withdrawn": "canceled"}


@pytest.fixture(scope="module")
def server():
    with database_copy("changes_story") as database, OdooServer(database) as running:
        yield running


@pytest.fixture
def shop(server, simulator):
    shop = ToldShop(server, simulator)
    shop.meet()
    return shop


def test_both_sides_agree(shop):
    @settings(
        max_examples=EXAMPLES,
        derandomize=not LONG,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(stories())
    def check(story):
        shop.play(story)
        check_agreement(shop)

    check()


def check_agreement(shop):
    there = shop.there()
    is_cancelled, left = there["status"] == "canceled", sum(shop.simulator.left(shop.name).values())
    [order] = shop.orders([shop.order_id])
    assert (order["state"] == "cancel") == (is_cancelled or not left)
    assert not shop.calls("failed", "expired", "given_up")
    assert shop.complaints(shop.name) == []
    if not is_cancelled:
        check_changes(shop, there["changes"])
    if not is_cancelled and left:
        assert shop.simulator.differences(shop.wanted(), order_id=shop.name) == []


def check_changes(shop, changes):
    """Each change is done on both sides, or on neither; both know each of them.

    If the whole order was cancelled before the confirmation of a change was taken, it does not
    matter any more.
    """
    status = {change["id"]: change["status"] for change in changes}
    known = {call["change_id"] for call in shop.calls("sent") if call["kind"] == "confirm"}
    assert {status[change_id] for change_id in known} <= {"done"}
    for receipt in shop.receipts_of():
        if receipt["kind"] == "part":
            change_id = receipt["cancellation_request_id"]
            assert status[change_id] == STATUS[receipt["state"]], receipt
            known.add(change_id)
    assert known == set(status)
