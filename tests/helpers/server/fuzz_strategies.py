"""Whole calls for the fuzzing tests, made of what bodies, addresses and headers can be."""

from fuzz_addresses import cancel_targets, change_targets, hook_targets, methods, targets
from fuzz_bodies import (
    SENTINEL,
    bodies,
    change_documents,
    documents,
    hook_documents,
    mutated,
    order_ids,
    weighted,
)
from fuzz_headers import HOST, JSON_TYPE, RIGHT, content_types, credentials, header_lines, hosts
from fuzz_wire import Call
from hypothesis import strategies as st


def length(body):
    return b"Content-Length: %d" % len(body)


def with_query(target, query):
    """``target`` with one more parameter in its address."""
    address, hash_sign, fragment = target.partition(b"#")
    if b"?" in address and query:
        query = b"&" + query[1:]
    return address + query + hash_sign + fragment


VALID = {
    "target": cancel_targets,
    "method": st.just(b"POST"),
    "body": documents(order_ids),
    "caller": st.just((True, RIGHT, b"")),
    "host": st.just(HOST),
    "content_type": st.just([JSON_TYPE]),
    "lines": st.just([]),
}


@st.composite
def calls(draw, **different):
    """Calls that are valid, but for what is ``different``."""
    drawn = {name: draw(strategy) for name, strategy in (VALID | different).items()}
    authentic, lines_of_caller, query = drawn["caller"]
    lines = [*lines_of_caller, *drawn["content_type"], *drawn["lines"]]
    return Call(
        target=with_query(drawn["target"], query),
        lines=(drawn["host"], *draw(st.permutations(lines)), length(drawn["body"])),
        body=drawn["body"],
        method=drawn["method"],
        authentic=authentic,
    )


any_body = calls(body=bodies)
any_header = calls(caller=credentials, host=hosts, content_type=content_types, lines=header_lines)
any_address = calls(target=targets, method=methods, caller=credentials)
anything = calls(
    target=weighted((1, targets), (1, cancel_targets)),
    method=methods,
    body=bodies,
    caller=credentials,
    host=hosts,
    content_type=content_types,
    lines=header_lines,
)

any_hook = calls(
    target=hook_targets,
    method=methods,
    body=weighted((3, hook_documents()), (1, bodies)),
    caller=credentials,
    content_type=content_types,
)

any_change = calls(
    target=change_targets,
    method=weighted((1, st.just(b"PATCH")), (1, methods)),
    body=weighted((8, change_documents()), (1, mutated(change_documents())), (1, bodies)),
    caller=weighted((3, VALID["caller"]), (1, credentials)),
)

# -- How the bytes are framed ---------------------------------------------------------------------

_BODY = b'{"marketplaceOrderId": "%b"}' % SENTINEL.encode()
#: A second call, in what belongs to the first one's body.
SMUGGLED = Call(
    b"/marketplace/fuzz/pvt/orders/x/cancel", (HOST, *RIGHT, JSON_TYPE, length(_BODY)), _BODY
).raw


@st.composite
def chunked(draw, body):
    """``body`` in chunks; some are broken."""
    sizes = draw(st.lists(st.integers(1, 40), max_size=4))
    wire, rest = b"", body
    for size in [*sizes, len(body)]:
        piece, rest = rest[:size], rest[size:]
        if piece:
            said = (
                draw(st.just(b"%x" % len(piece)) | odd_sizes)
                if draw(breaks)
                else b"%x" % len(piece)
            )
            end = draw(line_ends) if draw(breaks) else b"\r\n"
            wire += said + b"\r\n" + piece + end
    wire += (
        draw(st.sampled_from([b"", b"0", b"0\r\n", b"0\r\nX: y\r\n\r\n", b"0;a=b\r\n\r\n"]))
        if (draw(breaks))
        else b"0\r\n\r\n"
    )
    return wire


breaks = st.sampled_from([False, False, False, True])
odd_sizes = st.sampled_from(
    [b"", b"-1", b"0x5", b"1_0", b"ffffffffffffffffff", b"5;a=b", b"zz", b" 5"]
)
line_ends = st.sampled_from([b"", b"\n", b"\r", b"\r\n\r\n", b"xx"])
encodings = st.sampled_from(
    [b"chunked"] * 6
    + [b"Chunked ", b"gzip, chunked", b"chunked, chunked", b"identity", b"\x0bchunked"]
)
lengths = st.sampled_from(
    [b"", b"-1", b"+36", b"3_6", b"0x20", b"36, 36", b"1e2", b"9" * 30, b"65537", b"\xb2", b"1.0"]
)


@st.composite
def framed(draw):
    """Calls whose framing is right, wrong, or contradicts itself."""
    call = draw(calls())
    lines, body = list(call.lines[:-1]), call.body
    kind = draw(st.sampled_from(["chunks", "both", "length", "short", "long", "twice", "none"]))
    if kind in ("chunks", "both"):
        body = draw(chunked(body))
        lines.append(b"Transfer-Encoding: " + draw(encodings))
    if kind == "both":
        lines.append(length(draw(st.sampled_from([body, call.body, b""]))))
    if kind == "length":
        lines.append(b"Content-Length: " + draw(lengths))
    if kind in ("short", "long"):
        change = draw(st.integers(1, 60)) * (1 if kind == "long" else -1)
        lines.append(b"Content-Length: %d" % max(len(body) + change, 0))
    if kind == "twice":
        lines += draw(st.permutations([length(body), length(body[:-1])]))
    if draw(breaks):
        body += SMUGGLED
        lines.append(b"Connection: keep-alive")
    return Call(call.target, tuple(lines), body)


broken_lines = st.sampled_from(
    [
        b"no colon", b": no name", b" folded", b"\tfolded", b"X : blank", b"X\x00Y: z",
        b"\xff\xfe: x", b"\r", b"X:", b"=?utf-8?q?x?=: y", b"From x", b"X: a\rY: b", b"X: a\nY: b",
        b"\n",
    ]
)  # fmt: skip
versions = st.sampled_from([b"HTTP/1.1"] * 4 + [b"HTTP/1.0", b"HTTP/1.9", b"HTTP/01.01"])
unreadable_versions = st.sampled_from(
    [
        b"HTTP/2.0",
        b"HTTP/10.0",
        b"HTTP/1",
        b"HTTP/1.1.1",
        b"http/1.1",
        b"HTTP/x.y",
        b"x",
        b"",
        b"a b",
    ]
)
many_lines = st.integers(60, 130).map(lambda number: [b"X-%d: y" % n for n in range(number)])
long_line = st.integers(65_500, 65_560).map(lambda size: [b"X: " + b"y" * size])
long_query = st.integers(65_300, 65_560).map(lambda size: b"?" + b"y" * size)


@st.composite
def headed(draw):
    """Calls with a header or a request line that is broken, or too long."""
    call = draw(calls(caller=credentials))
    lines = draw(st.lists(broken_lines, max_size=3) | many_lines | long_line)
    return Call(
        with_query(call.target, draw(st.just(b"") | st.just(b"") | long_query)),
        (*call.lines, *lines),
        call.body,
        version=draw(versions | unreadable_versions),
        authentic=call.authentic,
    )


any_framing = framed() | headed()
