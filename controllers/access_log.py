"""Keeps tokens in addresses out of the server's own log."""

import logging
import re
import threading
from urllib.parse import unquote

from ..tools.inbound.credentials import QUERY_TOKEN

# Each letter of the name may be percent-encoded: the HTTP server logs what it refuses as it came.
_NAME = "".join(f"(?:{x}|%{ord(x):02x}|%{ord(x.upper()):02x})" for x in QUERY_TOKEN)
_TOKEN = re.compile(rf"([?&]{_NAME}=)[^&\s\"']*", re.IGNORECASE)


def redact(text):
    """Return ``text`` with the value of every token parameter replaced."""
    return _TOKEN.sub(r"\1[redacted]", text)


class _RedactTokens(logging.Filter):
    """Redacts the token in all addresses that look like the endpoint's.

    A marketplace that has registered a slightly wrong address sends its token there as well.
    """

    def filter(self, record):
        message = record.getMessage()
        if _TOKEN.search(message) and "/marketplace/" in unquote(message).lower():
            record.msg, record.args = redact(message), ()
        return True


def redact_thread_url():
    """Clean the address that Odoo keeps on the thread for its dumps of running requests."""
    thread = threading.current_thread()
    thread.url = redact(getattr(thread, "url", ""))


def redact_all_logs():
    """Redact everything that this process logs from now on.

    Request lines are logged by the HTTP server that Odoo builds upon, and another one by the
    process for live connections (``odoo gevent``). Addresses may also stand in what any logger
    says, such as a dump of running requests; all of that goes through the root's handlers.
    """
    servers = map(logging.getLogger, ("werkzeug", "longpolling"))
    for place in (*servers, *logging.getLogger().handlers):
        place.addFilter(_REDACT_TOKENS)


_REDACT_TOKENS = _RedactTokens()
redact_all_logs()
