"""Bodies for the fuzzing tests: valid ones, nearly valid ones, and anything else."""

import json

from hypothesis import strategies as st

ORDERS = tuple(f"FUZZ-{number}" for number in range(24))
#: Orders that calls change, and none cancels.
CHANGED_ORDERS = tuple(f"CHANGE-{number}" for number in range(24))
#: An order that no call names, however near it comes.
SENTINEL = "SENTINEL-1"
FIELDS = (
    "marketplaceOrderGroup", "cancellationRequestId", "cancellationRequestDate", "reason",
    "requestedByUser",
)  # fmt: skip


def weighted(*options):
    """One of ``options``, pairs of a weight and a strategy; ``one_of`` knows no weights."""
    return st.sampled_from([s for weight, s in options for _ in range(weight)]).flatmap(lambda s: s)


any_text = st.text(st.characters(exclude_categories=()), max_size=40) | st.text(
    "1\x00\ud800 \u2028é😀%_'\"\\<>&", max_size=20
)
#: IDs that are not the sentinel's, but could be taken for it.
NEAR_SENTINEL = [
    " SENTINEL-1", "SENTINEL-1 ", "SENTINEL-1\n", "SENTINEL-1\x00", "\ufeffSENTINEL-1",
    "SENTINEL-1\u200b", "sentinel-1", "SENTINEL_1", "SENTINEL%", "%", "%SENTINEL-1%",
    "S_______-1", "SENTINEL-1' OR '1'='1", "SENTINEL-1'--", "SENTINEL-1\\", "SENTINEL-1;",
    "SENTINEL\u20101", "\uff33ENTINEL-1", "SENTINEL-01", "SENTINEL-1,FUZZ-1",
    "SENTINEL-1/../FUZZ-1", "*",
]  # fmt: skip
near_sentinel = st.sampled_from(NEAR_SENTINEL)
order_ids = st.sampled_from(ORDERS)
unknown_ids = st.integers(0, 30).map("NOWHERE-{}".format)
ids = weighted((6, order_ids), (2, unknown_ids), (2, near_sentinel), (1, any_text))

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | any_text
    | st.sampled_from(["x" * 129, "é" * 3000, "2024-03-04T15:45:02.1306363+00:00", "true"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def documents(draw, names=ids):
    """A document of the right form, its descriptive members with any value."""
    document = {"marketplaceOrderId": draw(names)}
    for field in draw(st.lists(st.sampled_from(FIELDS), unique=True)):
        document[field] = draw(json_values)
    return json.dumps(document, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@st.composite
def mutated(draw, bodies):
    """A body with a few changes, each of some bytes."""
    body = bytearray(draw(bodies))
    for _change in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(body)))
        end = begin + draw(st.integers(0, 4))
        body[begin:end] = draw(
            st.binary(max_size=4)
            | st.sampled_from(
                [b"", b'"', b"\\", b"\\u0000", b"\\ud800", b"\xff", b",", b"{", b"}", b"0"]
            )
            | st.just(bytes(body[begin:end]) * 2)
        )
    return bytes(body)


def _document(value):
    return b'{"marketplaceOrderId": "FUZZ-1", "reason": ' + value + b"}"


_PLAIN = b'{"marketplaceOrderId": "FUZZ-1"}'
_TWICE = (
    b'{"marketplaceOrderId": "SENTINEL-1", "marketplaceOrderId": "FUZZ-1"}',
    b'{"marketplaceOrderId": "FUZZ-1", "marketplaceOrderId": "SENTINEL-1"}',
    b'{"marketplaceOrderId": "FUZZ-1", "marketplaceOrder\\u0049d": "SENTINEL-1"}',
)
numbers = st.sampled_from(
    [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e-999", b"-0", b"01", b"1.", b"9" * 4000]
) | st.integers(1, 60_000).map(lambda digits: b"9" * digits)
nested = st.builds(
    lambda opening, depth, closed: _document(
        opening[0] * depth + b"1" + (opening[1] * depth if closed else b"")
    ),
    st.sampled_from([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"":', b"}]")]),
    st.integers(1, 10_000),
    st.booleans(),
)
around_64_kib = st.builds(
    lambda size, filler: _document(b'"' + filler * ((size - 50) // len(filler)) + b'"').ljust(size),
    st.integers(65535, 65537),
    st.sampled_from([b" ", b"x", "é".encode(), b"\\u0000"]),
)
encoded = st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"]).map(
    _PLAIN.decode().encode
)
odd_bodies = st.sampled_from(
    [
        b"", b" ", b"null", b"[]", b"{}", b"17", b'"FUZZ-1"', b"\x00", _PLAIN + b"\x00", _PLAIN * 2,
        b"//\n" + _PLAIN, _PLAIN[:-1] + b",}", b"'" + _PLAIN + b"'", b"marketplaceOrderId=FUZZ-1",
        b'{"marketplaceOrderId": "\xff"}', b'{"marketplaceOrderId": "\xed\xa0\x80"}',
        b'{"marketplaceOrderId": "\xc0\xaf"}', b'{"marketplaceOrderId": "FUZZ-1\\ud800"}',
        b'{"orderId": "SENTINEL-1", "marketplaceOrderId": "FUZZ-1"}', *_TWICE,
    ]
)  # fmt: skip
bodies = weighted(
    (8, documents()),
    (6, mutated(documents(order_ids))),
    (2, odd_bodies),
    (1, st.binary(max_size=200)),
    (1, st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    (1, json_values.map(lambda value: json.dumps(value).encode())),
    (1, numbers.map(_document)),
    (1, nested),
    (1, encoded),
    (1, around_64_kib),
)


@st.composite
def hook_documents(draw):
    """What an Orders hook sends, and what is near it: members with any value, or with none."""
    wanted = {
        "hookConfig": st.just("ping") | json_values,
        "OrderId": weighted((6, order_ids), (1, ids), (1, json_values)),
        "State": weighted(
            (6, st.sampled_from(["canceled", "cancel", "handling", "x" * 3000])),
            (1, st.just(" ") | json_values),
        ),
        "Origin": json_values,
    }
    usual = st.sampled_from([["hookConfig"], ["OrderId", "State"], ["OrderId", "State", "Origin"]])
    any_members = st.lists(st.sampled_from(sorted(wanted)), unique=True)
    document = {
        draw(st.sampled_from([name, name, name.lower()])): draw(wanted[name])
        for name in draw(weighted((3, usual), (1, any_members)))
    }
    return json.dumps(document, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


#: Pieces of what nobody sells: what is taken out of an order is another test's business.
items = st.fixed_dictionaries({"id": st.sampled_from(["NO-SUCH-SKU", 43]), "quantity": st.just(1)})
odd_items = st.fixed_dictionaries(
    {"id": st.just("NO-SUCH-SKU") | ids | json_values, "quantity": st.integers(0, 3) | json_values},
    optional={"uniqueId": ids | json_values, "price": json_values, "name": any_text},
)
entries = st.fixed_dictionaries(
    {"items": weighted((5, st.lists(items, min_size=1, max_size=3)), (1, st.lists(odd_items)))}
)
groups = weighted((6, entries), (2, st.lists(entries, max_size=2)), (1, json_values))
exchanges = st.fixed_dictionaries({}, optional={"from": groups, "to": groups})


@st.composite
def change_documents(draw):
    """Changes of an order, and what is near them: members with any value, or with none."""
    wanted = {
        "reason": any_text | json_values,
        "remove": groups,
        "replace": exchanges | st.lists(exchanges, max_size=2) | json_values,
        "add": groups,
        "agreementType": weighted(
            (6, st.sampled_from(["Acknowledgment", "Confirmation", "confirmation"])),
            (1, json_values),
        ),
        "changeRequestId": weighted((8, st.just("c1")), (1, ids | json_values)),
    }
    usual = st.sampled_from(
        [["remove"], ["remove", "changeRequestId"], ["agreementType", "changeRequestId"], ["add"]]
    )
    any_members = st.lists(st.sampled_from(sorted(wanted)), unique=True)
    document = {name: draw(wanted[name]) for name in draw(weighted((3, usual), (1, any_members)))}
    return json.dumps(document, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")
