"""A real Odoo with two HTTP workers, on a database of its own, for plain pytest tests."""

import pytest
from interleaving import database_for_actors
from odoo_server import Marketplace, OdooServer, at_once, database_copy, template_database


@pytest.fixture(scope="module")
def registry():
    """The registry of a database of its own, for real transactions in this process."""
    with database_for_actors(template_database()) as registry:
        yield registry


@pytest.fixture(scope="session")
def server():
    with database_copy("server") as database, OdooServer(database) as running:
        yield running


@pytest.fixture(scope="session")
def marketplace(server):
    return Marketplace(server)


@pytest.fixture(scope="session")
def hosts(server):
    """Two servers of the same database: four workers in all."""
    with OdooServer(server.database) as second:
        yield server, second


@pytest.fixture(name="at_once", scope="session")
def at_once_fixture():
    return at_once
