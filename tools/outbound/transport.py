"""Connections to addresses that were checked, which end at a deadline."""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import Timeout
from requests.utils import select_proxy
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from ..network import Network
from . import network
from .certificates import shared_context
from .watch import Watch

_watch = Watch()


class Adapter(HTTPAdapter):
    """Connects to addresses that may be called, and can be ended from another thread.

    :param allowed: networks that may be called although they are not of the internet
    :param deadline: by the monotonic clock, when to give up
    """

    def __init__(self, allowed: Iterable[Network], deadline: float) -> None:
        self.allowed = allowed
        self.deadline = deadline
        self.connections: list[HTTPConnection] = []
        super().__init__()

    # pylint: disable-next=missing-return  # what it overrides returns nothing
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._connect_by(_Checked, self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> PoolManager:
        """The server's administrator has chosen the proxy, so its own address is not checked."""
        manager: PoolManager = super().proxy_manager_for(*args, **kwargs)
        self._connect_by(_Known, manager)
        return manager

    def _connect_by(self, kind: "type[_Known]", manager: PoolManager) -> None:
        """Let the connections of ``manager`` be of ``kind`` as well."""
        manager.pool_classes_by_scheme = {
            scheme: type(pool.__name__, (pool,), {"ConnectionCls": self._connection(kind, pool)})
            for scheme, pool in manager.pool_classes_by_scheme.items()
        }

    def _connection(self, kind: "type[_Known]", pool: type[HTTPConnectionPool]) -> type:
        connection = pool.ConnectionCls
        return type(connection.__name__, (kind, connection), {"adapter": self})

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Send the request. A proxy resolves names itself, so check here what they resolve to."""
        url = request.url or ""
        if select_proxy(url, proxies):
            address = urlsplit(url)
            with suppress(socket.gaierror):  # it may know more names than this machine
                network.resolve(address.hostname, address.port, self.allowed)
        return super().send(request, stream, timeout, verify, cert, proxies)

    def check_deadline(self) -> None:
        """:raise Timeout: if it is over"""
        if time.monotonic() > self.deadline:
            raise Timeout

    def ends_at_deadline(self) -> AbstractContextManager[None]:
        """End what still goes on at the deadline: an answer could come in piece by piece for
        ever."""
        return _watch.over(self.deadline, self._hang_up)

    def _hang_up(self) -> None:
        for connection in list(self.connections):
            if connection.sock:
                with suppress(OSError):  # the peer was faster
                    connection.sock.shutdown(socket.SHUT_RDWR)


class _Known(HTTPConnection):
    """A connection that its adapter knows of."""

    adapter: Adapter
    # of connections with TLS alone
    ca_certs: str | None = None
    ca_cert_dir: str | None = None
    ssl_context: ssl.SSLContext | None = None

    # pylint: disable-next=missing-return  # what it overrides returns nothing
    def connect(self) -> None:
        """Verify the peer's certificate by those that were read for an earlier connection."""
        if self.ca_certs or self.ca_cert_dir:
            self.ssl_context = shared_context(self.ca_certs, self.ca_cert_dir)
            self.ca_certs = self.ca_cert_dir = None  # they would be read once more
        super().connect()

    def _new_conn(self) -> socket.socket:
        self.adapter.connections.append(self)
        return super()._new_conn()


class _Checked(_Known):
    """A connection to an address that was checked; the name stays what the certificate is for."""

    def _new_conn(self) -> socket.socket:
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
