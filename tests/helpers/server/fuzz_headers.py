"""Header lines for the fuzzing tests, and the caller's credentials."""

from fuzz_bodies import weighted
from fuzz_wire import KEY, TOKEN
from hypothesis import strategies as st

WRONG = b"wr0ng-t0ken-of-nobody"
HOST = b"Host: marketplace.example"
JSON_TYPE = b"Content-Type: application/json"

values = st.binary(max_size=60).filter(lambda value: not {10, 13} & set(value))
odd_values = st.sampled_from(
    [b"", b" ", b"\x00", b"\xff\xfe", b"a" * 8_000, b",", b";", b"=", b'"']
)
names = st.text("abcXYZ019-_.!~", min_size=1, max_size=20).map(str.encode)
_KNOWN = {
    b"Accept": [b"*/*", b"text/html", b"application/json;q=0", b"text/html;q=x, */*;q=-1"],
    b"Accept-Charset": [b"utf-7", b"*;q=0"],
    b"Accept-Encoding": [b"gzip, br", b"identity;q=0, *;q=0"],
    b"Accept-Language": [b"de-CH", b"xx", b"en-US-POSIX-x", b"../../etc", b"en_US.UTF-8@x", b"*"],
    b"Content-Encoding": [b"gzip", b"deflate, gzip", b"identity"],
    b"Content-Language": [b"de"],
    b"Cookie": [
        b"session_id=../../../etc/passwd", b"session_id=%00", b"session_id=" + b"a" * 84,
        b"session_id=" + b"A" * 86, b'session_id="', b"session_id=; session_id=x", b"tz=Nowhere/x",
        b"frontend_lang=xx_XX; cids=0-x; tz=\xff; color_scheme=[", b"=;;=", b"debug=assets",
    ],
    b"Expect": [b"100-continue", b"100-Continue", b"200-ok", b"100-continue, x"],
    b"Forwarded": [b"for=_x;proto=https", b'for="[::1]"'],
    b"If-Match": [b"*", b'"x"', b"W/"],
    b"If-None-Match": [b"*", b'"x", W/"y'],
    b"If-Modified-Since": [b"Mon, 99 Foo 99999 99:99:99 GMT", b"0"],
    b"If-Range": [b'"x"', b"Thu"],
    b"If-Unmodified-Since": [b"Thu, 01 Jan 1970 00:00:00 GMT"],
    b"Range": [b"bytes=0-0", b"bytes=-1", b"bytes=5-1", b"bytes=0-,0-,0-", b"x=1"],
    b"X-HTTP-Method-Override": [b"GET", b"DELETE"],
    b"X-HTTP-Method": [b"PUT"],
    b"X-Forwarded-For": [b"192.0.2.7", b"unknown", b"::1%25lo", b"1.2.3.4, \x00", b"x" * 3_000],
    b"X-Forwarded-Proto": [b"https", b"wss", b"ws", b"gopher", b"http, https"],
    b"X-Forwarded-Prefix": [b"/../", b"/web"],
    b"X-Forwarded-Port": [b"0", b"-1", b"x"],
    b"X-Forwarded-Host": [b"proxy.example", b"proxy.example:443", b"a, b", b"[::1]:1"],
    b"X-Real-IP": [b"192.0.2.7"],
    b"X-Requested-With": [b"XMLHttpRequest"],
    b"X-Openerp-Session-Id": [b"x"],
    b"Origin": [b"null", b"https://evil.example"],
    b"Access-Control-Request-Method": [b"DELETE"],
    b"Connection": [b"keep-alive", b"upgrade", b"close, Upgrade"],
    b"Upgrade": [b"websocket", b"h2c"],
    b"User-Agent": [b"Mozilla/5.0 (iPhone", b"Googlebot/2.1"],
    b"Referer": [b"http://[", b"\xff"],
    b"X-VTEX-API-AppToken": [WRONG, b""],
    b"X-VTEX-API-AppKey": [b"nobody", b""],
    b"Authorization": [b"Basic eDp5", b"Bearer x", b"VTEX", b'VTEX key="', b"Digest a=b"],
}  # fmt: skip
#: Of whose value Odoo makes the call's address, which it parses before it asks any addon.
_HOSTS = {b"X-Forwarded-Host", b"X-Forwarded-Proto"}
known_headers = st.sampled_from(sorted(_KNOWN)).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.sampled_from(_KNOWN[name])
        if name in _HOSTS
        else st.sampled_from(_KNOWN[name]) | odd_values | values,
    )
)
upgraded = st.just([b"Connection: Upgrade", b"Upgrade: websocket"])
proxied = st.tuples(
    *[
        st.sampled_from(_KNOWN[name]).map(f"{name.decode()}: ".encode().__add__)
        for name in (b"X-Forwarded-Host", b"X-Forwarded-For", b"X-Forwarded-Proto")
    ]
).map(list)
_LINES = st.lists(
    st.one_of(known_headers, known_headers, st.tuples(names, values | odd_values)).map(b": ".join),
    max_size=8,
)
header_lines = weighted((8, _LINES), (2, proxied), (1, upgraded))
hosts = st.sampled_from(
    [HOST] * 6
    + [
        b"Host:", b"Host: a..b", b"Host: " + b"a" * 300, b"Host: EXAMPLE.com:80",
        b"Host: b\xfccher.example", b"Host: [::1]:8069", b"Host: a_b", b"Host: <script>",
        b"Host: localhost.",
    ]
)  # fmt: skip
_TYPES = [
    b"application/json; charset=utf-16", b"application/json;charset=nonsense", b"application/json;",
    b'application/json; charset="', b"application/vnd.vtex+json", b"APPLICATION/JSON",
    b" application/json ", b"application/json, text/html", b"application/x-www-form-urlencoded",
    b"multipart/form-data; boundary=x", b"multipart/form-data", b"text/html", b"text/plain", b"",
    b"json", b"+json", b"/", b"application/json-rpc", b"application/json\xff",
    b"application/json\x00", b"application/json; a*0*=utf-8''x; a*1=y; a*=x''%ff",
]  # fmt: skip
content_types = weighted(
    (6, st.just([JSON_TYPE])),
    (2, st.lists((st.sampled_from(_TYPES) | values).map(b"Content-Type: ".__add__), max_size=2)),
    (1, st.just([JSON_TYPE, JSON_TYPE])),
)

_KEY_LINE, _TOKEN_LINE = b"X-VTEX-API-AppKey: " + KEY, b"X-VTEX-API-AppToken: " + TOKEN
_ONE_LINE = b'Authorization: VTEX key="' + KEY + b'" token="' + TOKEN + b'"'
RIGHT = [_KEY_LINE, _TOKEN_LINE]
#: ``(whether they are right, the header lines, what belongs into the address)``
credentials = st.sampled_from(
    [
        *[(True, RIGHT, b"")] * 12,
        (True, [_ONE_LINE], b""),
        (True, [_ONE_LINE.replace(b"VTEX", b"vtex")], b""),
        (True, [], b"?token=" + TOKEN),
        (True, [], b"?an=a&%74oken=" + TOKEN),
        (True, [], b"?token=" + TOKEN + b"&token=" + WRONG),
        (True, RIGHT, b"?token=" + WRONG),
        (True, [*RIGHT, b'Authorization: VTEX key="x" token="' + WRONG + b'"'], b""),
        (False, [], b""),
        (False, [_KEY_LINE], b"?token=" + TOKEN),
        (False, [_TOKEN_LINE], b""),
        (False, [*RIGHT, _TOKEN_LINE], b""),
        (False, [_KEY_LINE, b"X-VTEX-API-AppToken: " + WRONG, _ONE_LINE], b"?token=" + TOKEN),
        (False, [_KEY_LINE, b"X-VTEX-API-AppToken: x" + TOKEN], b""),
        (False, [b"X_VTEX_API_AppKey: " + KEY, b"X_VTEX_API_AppToken: " + TOKEN], b""),
        (False, [b'Authorization: VTEX key="' + KEY + b'" token=' + TOKEN], b""),
        (False, [b"Authorization: Bearer " + TOKEN], b""),
        (False, [b"Cookie: token=" + TOKEN], b""),
        (False, [], b"?token=" + WRONG),
    ]
)  # fmt: skip
