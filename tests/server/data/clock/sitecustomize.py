"""A wrong clock, for a whole Python process that has this folder on its ``PYTHONPATH``.

The file that ``MARKETPLACE_TEST_CLOCK`` names says how many seconds the clock is ahead; it may
change while the process runs. Shifted are ``time.time``, ``time_ns``, ``gmtime`` and ``localtime``,
and ``now``, ``utcnow`` and ``today`` of the very ``datetime.datetime`` and ``date`` that everybody
has, whatever the name under which they were imported. ``time.monotonic`` goes on as it does when
somebody sets a clock; so does the clock of PostgreSQL, which is another process.
"""

import ctypes
import gc
import os
import time
from datetime import date, datetime, timezone

_now, _now_ns, _gmtime, _localtime = time.time, time.time_ns, time.gmtime, time.localtime


def _offset():
    with open(os.environ["MARKETPLACE_TEST_CLOCK"]) as file:  # noqa: PTH123  # as early as can be
        return int(file.read())


def _replace(kind, **methods):
    """Replace class methods of a type written in C."""
    (namespace,) = gc.get_referents(kind.__dict__)
    namespace.update({name: classmethod(method) for name, method in methods.items()})
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def _shifted_now(cls, tz=None):
    return cls.fromtimestamp(time.time(), tz)


def _shifted_utcnow(cls):
    return cls.fromtimestamp(time.time(), timezone.utc).replace(tzinfo=None)


time.time = lambda: _now() + _offset()
time.time_ns = lambda: _now_ns() + _offset() * 10**9
time.gmtime = lambda seconds=None: _gmtime(time.time() if seconds is None else seconds)
time.localtime = lambda seconds=None: _localtime(time.time() if seconds is None else seconds)
_replace(datetime, now=_shifted_now, utcnow=_shifted_utcnow, today=_shifted_now)
_replace(date, today=lambda cls: cls.fromtimestamp(time.time()))
