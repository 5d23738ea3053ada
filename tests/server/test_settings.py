"""What workers keep in memory of an account ends when somebody changes it."""

import os
import subprocess
from pathlib import Path

import pytest
from conftest import Marketplace, OdooServer, database_copy
from interleaving import database_for_actors

from odoo.api import SUPERUSER_ID, Environment

NEUTRALIZE = Path(__file__).parents[2] / "data" / "neutralize.sql"


@pytest.fixture(scope="module")
def registry():
    template = os.environ.get("MARKETPLACE_TEST_TEMPLATE")
    if not template:
        pytest.skip("needs a database to copy: run it with ./dev test")
    with database_for_actors(template) as registry:
        yield registry


def test_what_another_thread_reads_before_the_commit_is_forgotten_after_it(registry):
    with registry.cursor() as writing, registry.cursor() as reading:
        accounts = Environment(writing, SUPERUSER_ID, {})["marketplace.account"]
        account = accounts.create({"name": "Settings", "code": "settings"})
        before = account.background_after
        writing.commit()
        account.background_after = before + 1
        account.flush_recordset()
        seen = Environment(reading, SUPERUSER_ID, {})["marketplace.account"].browse(account.id)
        assert seen._settings().background_after == before  # nothing is committed yet
        writing.commit()
        reading.rollback()
        assert seen._settings().background_after == before + 1


def test_server_that_runs_while_its_database_is_neutralized_answers_no_marketplace():
    with database_copy("neutralized") as database, OdooServer(database) as server:
        marketplace = Marketplace(server)
        answers = {marketplace.cancel("NOWHERE").status_code for _worker in range(8)}
        assert answers == {404}  # every worker knows the credentials
        subprocess.run(
            [
                "psql",
                "--quiet",
                f"--dbname={database}",
                "--set=ON_ERROR_STOP=1",
                "--file",
                NEUTRALIZE,
            ],
            check=True,
        )
        answers = {marketplace.cancel("NOWHERE").status_code for _worker in range(8)}
        assert answers == {401}
