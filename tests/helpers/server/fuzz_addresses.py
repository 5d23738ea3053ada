"""Addresses and methods for the fuzzing tests, below ``pvt`` and ``api`` of an account, or of its
hook."""

import re
from urllib.parse import quote_from_bytes, unquote, urlsplit

from fuzz_bodies import CHANGED_ORDERS, ORDERS, SENTINEL, ids, order_ids, unknown_ids, weighted
from fuzz_headers import WRONG
from hypothesis import strategies as st

CODE = b"fuzz"


def quoted(raw, everything):
    """Percent-encode ``raw``, with ``everything`` even what need not be."""
    if everything:
        return b"".join(b"%%%02x" % byte for byte in raw)
    return quote_from_bytes(raw, safe="").encode()


# Whatever stands unencoded in a request line, but for what Python takes as a blank.
_RAW = bytes(set(range(0x21, 0x100)) - set(b"/?#%\x7f\x85\xa0"))
raw_segments = st.lists(st.sampled_from(_RAW), max_size=12).map(bytes)
odd_segments = st.sampled_from(
    [
        b"%00", b"%2F", b"%2f..%2f", b"%2e%2e", b"..", b".", b"%252e%252e", b"%25", b"%", b"%zz",
        b"%f", b"%FF%FE", b"%C0%AF", b"%ED%A0%80", b"%0d%0aSet-Cookie:%20a=b", b"%0A", b"%09",
        b"%20", b"%7f", b";a=b", b"FUZZ-1;jsessionid=1", b"%E2%80%AE", b"%F0%9F%98%80",
        b"\xf0\x9f\x98\x80", b"~root", b"static", b"web", b"$%7B7*7%7D", b"%3Cscript%3E",
        b"x" * 5_000, b"%41" * 5_000, b"\\..\\",
    ]
)  # fmt: skip
segments = st.one_of(
    order_ids.map(str.encode),
    st.builds(
        quoted,
        st.binary(max_size=12) | ids.map(lambda x: x.encode("utf-8", "surrogatepass")),
        st.booleans(),
    ),
    odd_segments,
    raw_segments,
)
codes = weighted(
    (5, st.just(CODE)),
    (
        2,
        st.sampled_from(
            [
                b"%66%75%7A%7a", b"FUZZ", b"fuzz%00", b"fuzz%20", b"fuzz;a=b", b"no-such-market",
                b"demo", b"openapi.json", b"pvt", b"x" * 5_000, b"%0A",
            ]
        ),
    ),
    (1, segments),
)  # fmt: skip
rests = st.one_of(
    segments.map(lambda order_id: b"/orders/" + order_id + b"/cancel"),
    segments.map(lambda order_id: b"/orders/" + order_id + b"/cancel"),
    st.lists(segments, max_size=4).map(lambda parts: b"".join(b"/" + part for part in parts)),
    st.sampled_from(
        [
            b"", b"/", b"//", b"/orders", b"/orders/", b"/orders//cancel",
            b"/orders/FUZZ-1/cancel/", b"//orders//FUZZ-1//cancel", b"/orders/FUZZ-1/cancel//",
            b"/orders/FUZZ-1/CANCEL", b"/orders/FUZZ-1/cancel/cancel", b"/orders/FUZZ-1%2Fcancel",
            b"/orders/a/b/c/cancel", b"/%6frders/FUZZ-1/%63ancel", b"/orders/FUZZ-1/cancel;v=1",
            b"/orders;v=1/FUZZ-1/cancel", b"/orders/" + b"a/" * 2_000 + b"cancel", b"/" * 5_000,
            b"/../../../web/login",
        ]
    ),
)  # fmt: skip
queries = st.one_of(
    st.just(b""),
    st.sampled_from(
        [
            b"?", b"??", b"?token=", b"?db=nowhere", b"?debug=1", b"?%00=%00", b"?a[]=1&a[]=2",
            b"?_method=GET", b"?lang=xx_XX", b"?" + b"a=b&" * 2_000, b"#", b"#token=x", b"?a=%FF",
            b"?token=" + WRONG, b"?%74oken=" + WRONG + b"&token=%00",
        ]
    ),
    raw_segments.map(b"?".__add__),
)  # fmt: skip
_SLASHES = re.compile("/{2,}")
_OWN = re.compile(r"/marketplace/[^/]+/((pvt|api)(/.*)?|hook/?)", re.DOTALL)


def is_the_endpoints(target):
    """Whether this address is the endpoint's, read as the server reads it.

    What leaves ``/marketplace/CODE/pvt``, ``…/api`` and ``…/hook`` is no business of the addon's:
    Odoo has pages there.
    """
    path = unquote(urlsplit(target.decode("latin-1")).path)
    return bool(_OWN.fullmatch(_SLASHES.sub("/", path)))


targets = st.builds(
    lambda begin, slashes, code, rest, query: (
        begin + slashes + code + slashes + b"pvt" + rest + query
    ),
    st.sampled_from([b"/marketplace"] * 4 + [b"//marketplace", b"/%6Darketplace"]),
    st.sampled_from([b"/"] * 6 + [b"//", b"///", b"%2F", b"/%2f"]),
    codes,
    rests,
    queries,
).filter(is_the_endpoints)
hook_targets = weighted(
    (3, st.just(b"/marketplace/%b/hook" % CODE)),
    (
        1,
        st.builds(
            lambda slashes, code, rest, query: (
                b"/marketplace" + slashes + code + slashes + b"hook" + rest + query
            ),
            st.sampled_from([b"/"] * 6 + [b"//", b"///", b"/%2f"]),
            codes,
            st.sampled_from([b"", b"", b"/", b"//"]),
            queries,
        ).filter(is_the_endpoints),
    ),
)
changes_of_orders = st.sampled_from([b"/pvt/orders/", b"/api/order-system/orders/"])
change_targets = weighted(
    (
        3,
        st.builds(
            lambda base, order_id, tail: (
                b"/marketplace/%b" % CODE + base + order_id.encode() + b"/changes" + tail
            ),
            changes_of_orders,
            weighted((8, st.sampled_from(CHANGED_ORDERS)), (1, order_ids), (1, unknown_ids)),
            st.sampled_from([b"", b"/c1", b"/c1/send-agreement"]),
        ),
    ),
    (
        1,
        st.builds(
            lambda base, parts, query: b"/marketplace/%b" % CODE + base + b"/".join(parts) + query,
            changes_of_orders,
            st.lists(
                segments | st.sampled_from([b"changes", b"changes", b"send-agreement"]),
                max_size=5,
            ),
            queries,
        ).filter(is_the_endpoints),
    ),
)
#: Addresses to cancel at: the ID in them names no order, some order, or one that is kept.
cancel_targets = st.sampled_from(["any"] * 24 + [*ORDERS, SENTINEL]).map(
    lambda order_id: b"/marketplace/%b/pvt/orders/%b/cancel" % (CODE, order_id.encode())
)
methods = weighted(
    (6, st.just(b"POST")),
    (
        1,
        st.sampled_from(
            [
                b"GET", b"HEAD", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"TRACE", b"CONNECT",
                b"PROPFIND", b"post", b"Post", b"CANCEL", b"PRI", b"POST_", b"__class__",
                b"x" * 2_000, b"\xff",
            ]
        ),
    ),
    (1, st.text("ABCxyz019!#$&'*+-.^_`|~", min_size=1, max_size=12).map(str.encode)),
)  # fmt: skip
