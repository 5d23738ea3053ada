"""How long a call has waited for a worker."""

import socket
import time
from contextlib import contextmanager

import pytest

from ...tools.arrival import Arrival, seconds_waited

WAIT = 0.2


@contextmanager
def call_that_lies_there():
    """The worker's end of a connection whose data came :data:`WAIT` seconds ago."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.create_connection(listening.getsockname()) as caller,
    ):
        caller.sendall(b"POST")
        time.sleep(WAIT)
        worker, _address = listening.accept()
        with worker:
            yield worker


@pytest.mark.skipif(not hasattr(socket, "TCP_INFO"), reason="only Linux tells")
def test_time_before_the_worker_counts_and_no_other():
    with call_that_lies_there() as connection:
        taken_up = time.time()
        time.sleep(WAIT)
        assert seconds_waited(connection, taken_up) == pytest.approx(WAIT, abs=WAIT / 2)
        assert seconds_waited(connection, taken_up - WAIT) == pytest.approx(0, abs=WAIT / 2)


def test_nobody_has_waited_where_nothing_is_known():
    with call_that_lies_there() as connection:
        assert seconds_waited(connection, None) == 0
    assert seconds_waited(connection, time.time()) == 0, "the connection is closed"
    assert seconds_waited(None, time.time()) == 0
    one, other = socket.socketpair()
    with one, other:
        assert seconds_waited(one, time.time()) == 0
    assert Arrival.now().waited == 0
