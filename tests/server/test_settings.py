"""What workers keep in memory of an account ends when somebody changes it."""

import subprocess
from pathlib import Path

import requests
from odoo_server import TIMEOUT, Marketplace, OdooServer, database_copy

from odoo.api import SUPERUSER_ID, Environment

NEUTRALIZE = Path(__file__).parents[2] / "data" / "neutralize.sql"


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


def test_revoked_credentials_are_refused_at_once_by_every_host(marketplace, hosts):
    server, model = marketplace.server, "marketplace.account.credential"
    account_id = server.execute("marketplace.account", "create", {"name": "R", "code": "revoked"})
    own = marketplace.of_account(account_id, "revoked")
    assert statuses_on(hosts, own) == {404}
    key = own.headers["X-VTEX-API-AppKey"]
    (credential,) = server.execute(model, "search", [("app_key", "=", key)])
    server.execute(model, "action_revoke", [credential])
    assert statuses_on(hosts, own) == {401}


def test_paused_account_is_so_at_once_on_every_host(marketplace, hosts):
    server, model = marketplace.server, "marketplace.account"
    account_id = server.execute(model, "create", {"name": "P", "code": "paused"})
    own = marketplace.of_account(account_id, "paused")
    assert statuses_on(hosts, own) == {404}
    server.execute(model, "action_pause", [account_id])
    assert statuses_on(hosts, own) == {503}
    server.execute(model, "action_resume", [account_id])
    assert statuses_on(hosts, own) == {404}


def statuses_on(hosts, marketplace):
    """What all workers of all hosts answer: each is called so often that none is left out."""
    callers = [marketplace.at(host) for host in hosts for _worker in range(8)]
    return {caller.cancel("NOWHERE").status_code for caller in callers}


def test_use_of_credentials_is_noted_whatever_becomes_of_the_call(marketplace):
    server = marketplace.server
    account_id = server.execute("marketplace.account", "create", {"name": "U", "code": "used"})
    own = marketplace.of_account(account_id, "used")
    response = requests.post(
        f"{server.url}/marketplace/used/pvt/orders/1/cancel",
        data="{",
        headers=own.headers,
        timeout=TIMEOUT,
    )
    assert response.status_code == 400
    (credential,) = marketplace.search(
        "marketplace.account.credential",
        [("account_id", "=", account_id)],
        ["last_used_at", "last_used_from"],
    )
    assert credential["last_used_at"]
    assert credential["last_used_from"] == "127.0.0.1"


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
