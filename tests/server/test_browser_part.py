"""A part is taken out of an order, in a browser, from the marketplace's request to the slip.

A warehouse worker and a salesperson each do what is theirs; the simulator is the marketplace.
"""

import re
from types import SimpleNamespace

import pytest
from browser import chromium, expect, need_browser
from changed_shop import ChangedShop
from odoo_server import OdooServer, database_copy
from people import CONTACTS, MARKETPLACE, SALES, STOCK, Person
from phone import PHONE, cut_off

MUG, BAG = "Ceramic Mug", "Cotton Tote Bag"
TAKEN = "1 × [MKT-MUG] Ceramic Mug"
TWO = re.compile(r"(?<![1-9])2\.00")
PRICES = {"MKT-MUG": 1200, "MKT-BAG": 950}
DESK = {"width": 1366, "height": 900}
ON_PHONE = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
REASON = "I need two mugs only"


@pytest.fixture(scope="module")
def story(running_simulator):
    """A shop where a person is asked about what is being picked, and its people."""
    need_browser()
    with database_copy("part") as database, OdooServer(database, cron_threads=1) as server:
        shop, errors = ChangedShop(server, running_simulator), []
        shop.meet(on_picking="ask")
        # or else stock_sms asks whether to send one
        server.execute("res.company", "write", [1], {"stock_text_confirmation": False})
        with chromium() as browser:

            def person(login, *groups, **options):
                return Person(browser, server, login, groups, errors, **options)

            yield SimpleNamespace(
                shop=shop,
                errors=errors,
                worker=person("wanda", STOCK, CONTACTS, viewport=DESK),
                desk=person("dora", SALES, MARKETPLACE, viewport=DESK),
                phone=person("phil", SALES, MARKETPLACE, **ON_PHONE),
            )


@pytest.fixture(autouse=True)
def _no_errors_on_the_console(story):
    yield
    errors, story.errors[:] = list(story.errors), []
    assert not errors, "\n".join(errors)


def sell(shop, name):
    """An order of three mugs and a bag, here and there: ``(order's ID, its transfer's)``."""
    bag = shop.server.ref("marketplace_order_cancellation.product_bag")
    sold = {"MKT-MUG": (shop.product_id, 3), "MKT-BAG": (bag, 1)}
    items = [
        {
            "id": sku,
            "name": sku,
            "quantity": number,
            "price": PRICES[sku],
            "uniqueId": f"{name}-{sku}",
        }
        for sku, (_product_id, number) in sold.items()
    ]
    shop.simulator.order(name, items=items, state="handling")
    lines = [
        {"product_id": product, "product_uom_qty": number, "marketplace_line_id": f"{name}-{sku}"}
        for sku, (product, number) in sold.items()
    ]
    order_id = shop.import_order(name, order_line=[(0, 0, line) for line in lines])
    shop.confirm([order_id])
    (picking,) = shop.pickings([order_id])
    return order_id, picking["id"]


def pick(shop, picking_id):
    """Somebody has taken everything off the shelves."""
    moves = shop.search("stock.move", [("picking_id", "=", picking_id)], ["id"])
    shop.server.execute("stock.move", "write", [move["id"] for move in moves], {"picked": True})


def gone(shop, order_id):
    """How much of each product has left for an order, the least first."""
    domain = [("sale_line_id.order_id", "=", order_id), ("state", "=", "done")]
    moves = shop.search("stock.move", domain, ["quantity"])
    return sorted(move["quantity"] for move in moves)


def ask(shop, name):
    """The marketplace asks for a mug less; a person is to decide, and it knows that we know."""
    shop.simulator.settings(change_second="lost")  # the confirmation comes when a test says so
    assert shop.take_out(name, 1, reason=REASON)["verdicts"] == {"taken": 1}
    shop.simulator.wait_for_change("waiting-confirmation", order_id=name)
    shop.wait_for_part(name, "part_evaluating")


def test_from_the_request_to_the_slip(story):
    shop, worker, seller = story.shop, story.worker, story.desk
    name = "PICKED-1"
    order_id, picking_id = sell(shop, name)
    pick(shop, picking_id)
    ask(shop, name)

    worker.open_transfer(picking_id)
    expect(worker.field("marketplace_notice")).to_contain_text(MUG)
    expect(worker.field("marketplace_notice")).not_to_contain_text(BAG)
    expect(worker.field("marketplace_notice_details")).to_contain_text(REASON)
    expect(worker.row(MUG).locator("[name='change_text'] .badge")).to_have_count(1)
    expect(worker.row(BAG).locator("[name='change_text'] .badge")).to_have_count(0)
    worker.press("button_validate")
    for text in (name, MUG):
        expect(worker.dialog.locator(".modal-body")).to_contain_text(text)
    worker.dialog.locator("footer .btn-primary").click()
    worker.expect_state("assigned")
    expect(worker.slip(picking_id)).to_contain_text(MUG)
    expect(worker.slip(picking_id)).not_to_contain_text(BAG)

    seller.open_order(order_id)
    expect(seller.row(MUG).locator("[name='change_text'] .badge")).to_have_count(1)
    seller.press("action_view_changes")
    seller.expect_state("part_evaluating")
    expect(seller.field("reason")).to_have_text(REASON)
    expect(seller.field("accept_text")).to_contain_text(TAKEN)
    expect(seller.row(MUG).locator("[name='ordered_before']")).to_have_text("3")
    seller.press("action_accept")
    seller.dialog.locator("footer .btn-primary").click()
    seller.expect_state("part_agreed")
    assert sorted(shop.lines(order_id).values()) == [1, 3]

    shop.simulator.call_about_change(name)
    shop.simulator.wait_for_change("done", order_id=name)
    seller.open_order(order_id)
    expect(seller.row(MUG)).to_contain_text(TWO)
    expect(seller.field("marketplace_notice")).to_contain_text(TAKEN)

    worker.open_transfer(picking_id)
    expect(worker.field("marketplace_notice")).to_contain_text(TAKEN)
    expect(worker.row(MUG)).to_contain_text(TWO)
    expect(worker.slip(picking_id)).to_contain_text(TAKEN)
    worker.open_transfer(picking_id)
    worker.press("button_validate")
    worker.expect_state("done")
    assert gone(shop, order_id) == [1, 2]

    (part,) = shop.parts(name)
    seller.page.goto(f"{seller.url}/odoo/marketplace-cancellations/{part['id']}")
    seller.expect_state("part_cancelled")
    expect(seller.field("agreement_text")).to_contain_text("Acknowledged")
    expect(seller.field("agreement_text")).to_contain_text("Confirmed")
    seller.see(".o_notebook a[name='calls']").click()
    calls = seller.see("[name='outbound_call_ids'] .o_data_row td[name='state']")
    expect(calls).to_have_text(["Sent", "Sent"])
    assert shop.told(name) == {"acknowledge": 1, "confirm": 1}
    assert shop.differences(name, order_id) == []


def test_worker_sends_the_rest_meanwhile(story):
    """As the refusal says: with a quantity of 0, what is on hold stays, on a backorder."""
    shop, worker = story.shop, story.worker
    order_id, picking_id = sell(shop, "REST-1")
    pick(shop, picking_id)
    ask(shop, "REST-1")
    worker.open_transfer(picking_id)
    worker.row(MUG).locator("td[name='quantity']").click()
    worker.row(MUG).locator("td[name='quantity'] input").fill("0")
    worker.press("button_validate")
    worker.dialog.locator("button[name='process']").click()
    worker.expect_state("done")
    assert gone(shop, order_id) == [1]
    (rest,) = shop.search("stock.picking", [("backorder_id", "=", picking_id)], ["id"])
    worker.open_transfer(rest["id"])
    expect(worker.row(MUG).locator("[name='change_text'] .badge")).to_have_count(1)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_seller_takes_a_part_out(story, size):
    shop, seller = story.shop, getattr(story, size)
    name = f"OWN-{size}"
    order_id, _picking_id = sell(shop, name)
    cancel_part = shop.server.ref("marketplace_order_cancellation.action_marketplace_order_part")
    seller.open_order(order_id)
    seller.press(cancel_part)
    say_how_much(seller, MUG, 1)
    dialog = seller.dialog
    dialog.locator("[name='reason'] textarea").click()
    seller.page.keyboard.type(REASON)  # goes where the focus is
    expect(dialog.locator("[name='reason'] textarea")).to_have_value(REASON)
    expect(dialog.locator("[name='consequences']")).not_to_be_empty()
    assert not (found := cut_off(seller.page, [".modal-content"])), "\n".join(found)
    dialog.locator("button[name='action_take_out_everywhere']:enabled").click()
    expect(seller.page.locator(".modal-content")).to_have_count(0)
    expect(seller.row(MUG)).to_contain_text(TWO)

    shop.simulator.wait_for_change("done", order_id=name)
    assert shop.differences(name, order_id) == []
    assert shop.told(name)["change"] == 1


def say_how_much(person, product, quantity):
    """In the row of the dialog's list, or in the dialog that a card on a phone opens."""
    items = person.dialog.locator("[name='line_ids'] :is(.o_data_row, .o_kanban_record)")
    row = items.filter(has_text=product)
    if "o_data_row" in row.get_attribute("class"):
        row.locator("td[name='quantity']").click()
        row.locator("[name='quantity'] input").fill(str(quantity))
    else:
        row.click()
        person.dialog.locator("[name='quantity'] input").fill(str(quantity))
        person.dialog.locator(".o_form_button_save").click()
