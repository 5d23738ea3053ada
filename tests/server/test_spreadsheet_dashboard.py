"""The page among Odoo's dashboards, whichever addon comes first, and whichever goes."""

import subprocess

import pytest
from conftest import base_database, database_copy
from odoo_cli import ADDON, PATIENCE, command, complaints, query, update

DASHBOARDS = "spreadsheet_dashboard"
PAGES = """
    SELECT page.id, page.is_published, page.name->>'en_US'
      FROM ir_model_data data JOIN spreadsheet_dashboard page ON page.id = res_id
     WHERE module = %s AND model = 'spreadsheet.dashboard'
"""


@pytest.fixture(scope="module")
def database():
    """The addon was installed where Odoo's dashboards were."""
    with database_copy("dashboards") as database:
        yield database


def change(database, what, *modules):
    """Install or uninstall modules as the Apps page does; return the log."""
    words = command(database, "module", what, *modules)
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def pages(database):
    return query(database, PAGES, ADDON)


def traces(database):
    """What is kept of pages that are not there any more, in tables that stay."""
    return query(
        database,
        """
        SELECT 'data', name FROM ir_model_data WHERE module = %s AND model ~ '^spreadsheet'
        UNION ALL
        SELECT 'file', name FROM ir_attachment WHERE res_model ~ '^spreadsheet'
        """,
        ADDON,
    )


def test_addon_last(database):
    ((_page, is_published, name),) = pages(database)
    assert (is_published, name) == (True, "Cancellations")


def test_update_leaves_it_as_it_is(database):
    ((page, *_values),) = pages(database)
    query(database, "UPDATE spreadsheet_dashboard SET is_published = FALSE WHERE id = %s", page)
    assert complaints(update(database)) == []
    assert pages(database) == [(page, False, "Cancellations")]


def test_dashboards_go(database):
    log = change(database, "uninstall", DASHBOARDS)
    assert complaints(log) == []
    assert traces(database) == []
    assert complaints(update(database)) == []  # without them


def test_dashboards_last(database):
    log = change(database, "install", DASHBOARDS)
    assert complaints(log) == []
    ((page, *_values),) = pages(database)
    statement = "SELECT count(*) FROM ir_attachment WHERE res_model = %s AND res_id = %s"
    assert query(database, statement, "spreadsheet.dashboard", page) == [(1,)]
    # Another one is not made, neither by an update nor by a server that starts.
    assert complaints(update(database)) == []
    assert [row[0] for row in pages(database)] == [page]


def test_addon_goes(database):
    change(database, "uninstall", ADDON)
    statement = "SELECT id FROM spreadsheet_dashboard WHERE name->>'en_US' = 'Cancellations'"
    assert query(database, statement) == []
    statement = "SELECT name FROM ir_model_data WHERE module = %s AND model ~ '^spreadsheet'"
    assert query(database, statement, ADDON) == []


def test_both_at_once():
    with database_copy("dashboards_both", base_database()) as database:
        change(database, "uninstall", DASHBOARDS)
        log = change(database, "install", ADDON, DASHBOARDS)
        assert complaints(log) == []
        assert len(pages(database)) == 1
