"""The certificates that verify a marketplace's own, read once for many connections.

Reading them takes longer than a call, and every connection would read them.
"""

import ssl
import threading
from pathlib import Path

from urllib3.util.ssl_ import create_urllib3_context

_lock = threading.Lock()
#: ``{(file, folder): (when they were changed, what was read)}``.
_known: dict[tuple[str | None, str | None], tuple[list[int], ssl.SSLContext]] = {}


def shared_context(file: str | None, folder: str | None) -> ssl.SSLContext:
    """What verifies by the certificates in ``file`` and ``folder``, as they are now.

    :raise OSError: if they cannot be read
    """
    changed = [Path(path).stat().st_mtime_ns for path in (file, folder) if path]
    with _lock:  # many threads want it at the same moment
        known = _known.get((file, folder))
        if not known or known[0] != changed:
            known = _known[file, folder] = changed, _read(file, folder)
        return known[1]


def _read(file: str | None, folder: str | None) -> ssl.SSLContext:
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(file, folder)
    return context
