"""What plain Python needs of a database. Odoo's cursors and connections have it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

#: ``Any``: what a column holds depends on the query.
Row = tuple[Any, ...]


class Connection(Protocol):
    """A connection to PostgreSQL."""

    def close(self) -> None: ...


class Cursor(Protocol):
    """One transaction at a time."""

    @property
    def closed(self) -> bool: ...

    @property
    def connection(self) -> Connection: ...

    def execute(
        self, query: str, params: Sequence[object] | None = None, log_exceptions: bool = True
    ) -> None: ...

    def fetchone(self) -> Row:
        """The next row. It is asked for only where the query gives one."""

    def fetchall(self) -> list[Row]: ...

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def now(self) -> datetime:
        """When the transaction began: naive, UTC."""


class Database(Protocol):
    """What gives cursors."""

    def cursor(self) -> AbstractContextManager[Cursor]: ...
