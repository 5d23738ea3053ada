"""Calls as bytes, sent over a socket as they are: client libraries would put them right first."""

import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

TIMEOUT = 30  # seconds; no answer takes that long unless the server hangs

#: What stands for the account's secrets in a call, until it is sent.
KEY, TOKEN = b"{KEY}", b"{TOKEN}"

# Python's http.server, upon which Odoo's is built, reads no more than this.
MAX_LINE = 65536
MAX_HEADER_LINES = 100


@dataclass(frozen=True)
class Call:
    """One request. ``lines`` are all its header lines, whatever they look like."""

    target: bytes
    lines: tuple = ()
    body: bytes = b""
    method: bytes = b"POST"
    version: bytes = b"HTTP/1.1"
    authentic: bool = True  # whether its credentials may be right ones

    @property
    def request_line(self):
        return b" ".join(filter(None, (self.method, self.target, self.version)))

    @property
    def raw(self):
        return (
            b"".join(line + b"\r\n" for line in (self.request_line, *self.lines, b"")) + self.body
        )

    def of(self, key, token):
        """The same call with real credentials."""

        def fill(text):
            return text.replace(KEY, key).replace(TOKEN, token)

        return replace(
            self,
            target=fill(self.target),
            lines=tuple(map(fill, self.lines)),
            body=fill(self.body),  # a whole second request may be in it
        )

    def as_command(self, port):
        """The very bytes on a command line; a repeated byte is not written a thousand times."""
        text = "".join(
            chr(byte) if 32 < byte < 127 and chr(byte) not in "\\'%" else f"\\{byte:03o}"
            for byte in self.raw
        )
        return f"printf '{text}' | nc -N 127.0.0.1 {port}"

    def refusal(self):
        """The status with which the HTTP server itself refuses the call, None if it does not.

        That comes before Odoo: a request line that it cannot read, or too much to read.
        """
        line = self.request_line.decode("latin-1") + "\r\n"
        if len(line) > MAX_LINE:
            return HTTPStatus.REQUEST_URI_TOO_LONG
        words = line.split()
        if len(words) >= 3:
            name, _slash, number = words[-1].partition("/")
            major, _dot, minor = number.partition(".")
            if name != "HTTP" or not (_is_number(major) and _is_number(minor)):
                return HTTPStatus.BAD_REQUEST
            if int(major) >= 2:
                return HTTPStatus.HTTP_VERSION_NOT_SUPPORTED
        if len(words) != 3:
            return HTTPStatus.BAD_REQUEST
        if len(self.lines) >= MAX_HEADER_LINES or any(len(x) + 2 > MAX_LINE for x in self.lines):
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        return None


def _is_number(text):
    return text.isascii() and text.isdigit()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list
    body: bytes

    def values(self, name):
        return [value for header, value in self.headers if header.lower() == name.lower()]


def send(port, call):
    """Send ``call`` and nothing more; return the bytes that came back."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
        # What it has refused, the HTTP server does not read to the end: sending may fail, and so
        # may receiving the rest of what it says.
        with suppress(OSError):
            connection.sendall(call.raw)
            connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while piece := connection.recv(65536):
                received += piece
    return bytes(received)


def parse(received):
    """The one :class:`Answer` that was received, and nothing besides."""
    assert received, "the connection was closed without an answer"
    while True:
        head, blank, received = received.partition(b"\r\n\r\n")
        assert blank, f"no end of the header: {head!r}"
        status_line, *lines = head.decode("latin-1").split("\r\n")
        version, status, _reason = status_line.split(" ", 2)
        assert version.startswith("HTTP/1."), status_line
        if int(status) >= 200:  # or else it is "100 Continue", and the answer follows
            headers = [tuple(line.split(": ", 1)) for line in lines]
            return Answer(int(status), headers, received)
        assert (int(status), lines) == (100, [])
