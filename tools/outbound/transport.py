"""Connections to addresses that were checked, which end at a deadline."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout
from requests.utils import select_proxy
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from . import network

#: Seconds between two looks at what goes on after the deadline.
_AGAIN = 0.2


class Adapter(HTTPAdapter):
    """Connects to addresses that may be called, and can be ended from another thread.

    :param allowed: networks that may be called although they are not of the internet
    :param deadline: by the monotonic clock, when to give up
    """

    def __init__(self, allowed, deadline):
        self.allowed = allowed
        self.deadline = deadline
        self.connections = []
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        result = super().init_poolmanager(*args, **kwargs)
        self._connect_by(_Checked, self.poolmanager)
        return result

    def proxy_manager_for(self, *args, **kwargs):
        """The proxy is the choice of who runs the server, so its own address is not checked."""
        manager = super().proxy_manager_for(*args, **kwargs)
        self._connect_by(_Known, manager)
        return manager

    def _connect_by(self, kind, manager):
        """Let the connections of ``manager`` be of ``kind`` as well."""
        manager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": self._connection(kind, pool)})
            for scheme, pool in manager.pool_classes_by_scheme.items()
        }

    def _connection(self, kind, pool):
        connection = pool.ConnectionCls
        return type(connection.__name__, (kind, connection), {"adapter": self})

    def send(self, request, *args, proxies=None, **kwargs):
        """Send the request; a proxy resolves names itself, so look at what they are here."""
        if select_proxy(request.url, proxies):
            address = urlsplit(request.url)
            with suppress(socket.gaierror):  # it may know more names than this machine
                network.resolve(address.hostname, address.port, self.allowed)
        return super().send(request, *args, proxies=proxies, **kwargs)

    def check_deadline(self):
        """:raise Timeout: if it is over"""
        if time.monotonic() > self.deadline:
            raise Timeout

    @contextmanager
    def ends_at_deadline(self):
        """End what still goes on at the deadline: anything can trickle in for ever."""
        done = threading.Event()
        threading.Thread(target=self._hang_up_at_deadline, args=(done,), daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _hang_up_at_deadline(self, done):
        ended = done.wait(max(self.deadline - time.monotonic(), 0))
        while not ended:  # more than once, in case a connection was just being made
            for connection in self.connections:
                if connection.sock:
                    with suppress(OSError):  # the peer was faster
                        connection.sock.shutdown(socket.SHUT_RDWR)
            ended = done.wait(_AGAIN)


class _Known:
    """A connection that its adapter knows of."""

    adapter = None

    def _new_conn(self):
        self.adapter.connections.append(self)
        return super()._new_conn()


class _Checked(_Known):
    """A connection to an address that was checked; the name stays what the certificate is for."""

    def _new_conn(self):
        name, connect = self._dns_host, super()._new_conn
        *others, last = network.resolve(name, self.port, self.adapter.allowed)
        try:
            for address in others:
                self._dns_host = address
                with suppress(ConnectTimeoutError, NewConnectionError):
                    return connect()
                self.adapter.check_deadline()
            self._dns_host = last
            return connect()
        finally:
            self._dns_host = name
