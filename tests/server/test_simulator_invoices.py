"""Which invoices and parcels the marketplace simulator takes of a seller."""

import pytest
from simulated import ORDER, OTHER


def mug(**changes):
    """One line for a mug, as it is sent."""
    return {"id": "MUG", "quantity": 1, "price": 1200} | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "Other"}, "type is"),
        ({"type": ...}, "type is mandatory"),
        ({"number": ""}, "invoiceNumber is mandatory"),
        ({"number": 1}, "invoiceNumber is mandatory"),
        ({"number": "INV/2026/00001"}, "a slash"),
        ({"number": "INV?1"}, "a slash, or what else"),
        ({"number": "INV\n1"}, "a slash, or what else"),
        ({"number": " INV1"}, "begins and ends"),
        ({"number": "INV1 "}, "begins and ends"),
        ({"number": "-INV1"}, "begins and ends"),
        ({"number": "INV1."}, "begins and ends"),
        ({"invoiceValue": ...}, "invoiceValue is mandatory"),
        ({"invoiceValue": 0}, "from 1"),
        ({"invoiceValue": -3350}, "from 1"),
        ({"invoiceValue": 33.5}, "from 1"),
        ({"invoiceValue": "33.50"}, "from 1"),
        ({"invoiceValue": True}, "from 1"),
        ({"invoiceValue": 3851}, "only 3850 is left"),
        ({"invoiceValue": 3349}, "come to more"),
        ({"issuanceDate": ...}, "issuanceDate is mandatory"),
        ({"issuanceDate": "2026-05-21"}, "with a time"),
        ({"issuanceDate": "2026-02-30T10:00:00"}, "with a time"),
        ({"issuanceDate": "21/05/2026 10:00"}, "with a time"),
        ({"items": []}, "items is mandatory"),
        ({"items": [("MUG", 0)]}, "from 1"),
        ({"items": [("MUG", 3)]}, "only 2 are left"),
        ({"items": [("LAMP", 1)]}, "no item LAMP"),
        ({"items": [("MUG", 1), ("MUG", 2)]}, "only 2 are left"),
    ],
)
def test_an_invoice_that_makes_no_sense(simulator, changes, message):
    simulator.order(freight=500)
    assert_refused(simulator, simulator.invoice(**changes), message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (mug(id=6), "an id"),
        ("MUG", "an id"),
        (mug(quantity=1.5), "a quantity"),
        (mug(quantity="1"), "a quantity"),
        (mug(quantity=True), "a quantity"),
        (mug(price=12.5), "a price"),
        (mug(price=-1), "a price"),
        (mug(price=None), "a price"),
    ],
)
def test_a_line_that_makes_no_sense(simulator, line, message):
    simulator.order()
    data = INVOICE | {"items": [line]}
    assert_refused(simulator, send_invoice(simulator, data), message)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "carrier.example/1", "https://", 1])
def test_tracking_is_a_web_address(simulator, url):
    simulator.order()
    assert_refused(simulator, simulator.invoice(trackingUrl=url), "trackingUrl is")


INVOICE = {
    "type": "Output",
    "invoiceNumber": "INV-1",
    "invoiceValue": 1200,
    "issuanceDate": "2026-05-21T10:00:00",
    "items": [mug()],
}


def send_invoice(simulator, data):
    return simulator.call("POST", f"oms/pvt/orders/{ORDER}/invoice", data)


def assert_refused(simulator, answer, message, code=None):
    """The ``answer`` says why not as VTEX does, and nothing has happened to the order."""
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "exception"}
    assert error["exception"] is None
    assert message in error["message"]
    assert code in (None, error["code"])
    if code is None:
        assert simulator.state() == ("ready-for-handling", "ready-for-handling")


def test_an_invoice_in_all_forms_that_are_documented(simulator):
    tracking = {"courier": "Carrier", "trackingNumber": "1", "trackingUrl": "https://c.example/1"}
    for number, more in (
        ("1", {}),
        ("NFe-00002", {"invoiceValue": "3350"}),
        ("INV-2026-00001", {"issuanceDate": "2026-05-21T10:00:00.1234567-03:00"}),
        ("É.1_x:2", {"issuanceDate": "2026-05-21T10:00Z", "trackingUrl": "", "courier": None}),
        ("A", tracking | {"invoiceUrl": None}),
    ):
        simulator.control("POST", "reset")
        simulator.order()
        assert simulator.invoice(number, **more).status_code == 200
        assert simulator.state() == ("invoiced", "invoiced")


def test_freight_is_in_the_total_and_in_the_value(simulator):
    order = simulator.order(freight=500)
    assert order["value"] == 3850
    assert [total["value"] for total in order["totals"]] == [3350, 500]
    assert simulator.invoice().status_code == 200
    assert simulator.state() == ("invoice", "invoice")  # the freight is not billed
    simulator.order(OTHER, freight=500)
    simulator.control("POST", "orders", 400, order_id="1", freight=-1)


def test_two_invoices_have_what_the_order_has(simulator):
    simulator.order(freight=500)
    assert simulator.invoice("INV1", items=[("MUG", 1)], invoiceValue=1700).status_code == 200
    assert simulator.state() == ("invoice", "invoice")
    again = simulator.invoice("INV2", items=[("MUG", 1), ("BAG", 1)], invoiceValue=2151)
    assert_refused(simulator, again, "only 2150 is left", code="bad-value")
    rest = simulator.invoice("INV2", items=[("MUG", 1), ("BAG", 1)], invoiceValue=2150)
    assert rest.status_code == 200
    assert simulator.state() == ("invoiced", "invoiced")


def test_a_number_is_one_invoices(simulator):
    simulator.order()
    first = simulator.invoice("INV1", items=[("MUG", 1)])
    assert simulator.invoice("INV1", items=[("MUG", 1)]).json() == first.json()
    tracked = simulator.invoice("INV1", items=[("MUG", 1)], trackingNumber="1")
    assert tracked.json() == first.json()
    for changes in ({"items": [("BAG", 1)]}, {"items": [("MUG", 1)], "invoiceValue": 1201}):
        again = simulator.invoice("INV1", **changes)
        assert_refused(simulator, again, "another invoice INV1", code="invoice-exists")
    assert simulator.invoice("INV2", items=[("MUG", 1), ("BAG", 1)]).status_code == 200
    returned = simulator.invoice("INV2", "Input", items=[("MUG", 1), ("BAG", 1)])
    assert_refused(simulator, returned, "another invoice INV2", code="invoice-exists")


def test_a_return_invoice_pays_back_what_was_invoiced(simulator):
    simulator.order(freight=500)
    assert_refused(simulator, simulator.invoice("R1", "Input"), "return is not possible")
    simulator.invoice("INV1", items=[("MUG", 2), ("BAG", 1)], invoiceValue=3000 + 350)
    early = simulator.invoice("R1", "Input", items=[("BAG", 1)])
    assert_refused(simulator, early, "return is not possible", code="wrong-status")
    simulator.control("POST", "reset")
    simulator.order(freight=500)
    simulator.invoice("INV1", invoiceValue=3850)
    assert simulator.invoice("R1", "Input", items=[("BAG", 1)]).status_code == 200
    assert simulator.cancel().json()["error"]["code"] == "invoiced"
    for changes, message in (
        ({"items": [("BAG", 1)]}, "only 0 are left"),
        ({"items": [("MUG", 2)], "invoiceValue": 2901}, "only 2900 is left"),
        ({"items": [("MUG", 1), ("MUG", 1)]}, "each item once"),
    ):
        too_much = simulator.invoice("R2", "Input", **changes)
        assert_refused(simulator, too_much, message, code="bad-value")
    assert simulator.invoice("R2", "Input", items=[("MUG", 2)], invoiceValue=2900).ok
    assert simulator.cancel().status_code == 200
