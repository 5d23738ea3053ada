"""The log of an account verifies whatever happens to the database, and finds what is missing."""

import subprocess
from contextlib import contextmanager

import pytest
from odoo_server import Marketplace, OdooServer, database_copy, template_database


@contextmanager
def restored(backup):
    """A database made from ``backup``, as long as the context lasts."""
    database = f"{template_database()[:40]}_restored"
    subprocess.run(["createdb", database], check=True)
    try:
        quiet = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        subprocess.run([*quiet, f"--dbname={database}", f"--file={backup}"], check=True)
        yield database
    finally:
        subprocess.run(["dropdb", "--force", database], check=True)


def verify(server, account_id, noted=None):
    return server.execute("marketplace.account", "verify_log", [account_id], noted)


def noted(server, account_id):
    """The newest entry, as somebody writes it down; nothing must be wrong."""
    verified = verify(server, account_id)
    assert verified["findings"] == []
    return f"{verified['number']}:{verified['hash']}"


def cancelled(marketplace, names):
    """Orders that the marketplace has cancelled, and repeated that."""
    marketplace.confirm(marketplace.import_orders(names))
    for name in names:
        for _call in range(2):
            assert marketplace.cancel(name).status_code == 200


def test_backup_is_restored(tmp_path):
    backup = tmp_path / "backup.sql"
    with database_copy("log") as database, OdooServer(database) as server:
        marketplace = Marketplace(server)
        account_id = marketplace.account_id
        cancelled(marketplace, ["B-1", "B-2", "B-3"])
        before = noted(server, account_id)
        dump = ["pg_dump", "--no-owner", f"--dbname={database}", f"--file={backup}"]
        subprocess.run(dump, check=True)
        cancelled(marketplace, ["B-4"])
        after = noted(server, account_id)
    with restored(backup) as database, OdooServer(database) as server:
        assert verify(server, account_id)["findings"] == []
        assert verify(server, account_id, before)["findings"] == []
        (finding,) = verify(server, account_id, after)["findings"]
        assert "that was noted" in finding
        assert "is missing" in finding
        # It goes on from there, and is another log than the one that was lost.
        cancelled(Marketplace(server), ["B-4", "B-5"])
        assert verify(server, account_id, before)["findings"] == []
        assert verify(server, account_id, after)["findings"]
        for forgery in FORGERIES:
            server.query(forgery)
        findings = " ".join(verify(server, account_id)["findings"])
        for kind in ("was changed", "is missing", "was inserted"):
            assert kind in findings


FORGERIES = (
    "UPDATE marketplace_cancellation_receipt SET reason = 'x' WHERE marketplace_order_id = 'B-1'",
    "DELETE FROM marketplace_cancellation_receipt WHERE marketplace_order_id = 'B-2'",
    """
    INSERT INTO marketplace_cancellation_delivery
                (receipt_id, received_at, http_status, duration, is_repeat)
    SELECT id, received_at, 200, 1, TRUE
      FROM marketplace_cancellation_receipt
     WHERE marketplace_order_id = 'B-3'
    """,
)


def test_many_at_once_are_one_chain(server, marketplace, at_once):
    """Requests of several workers, repeats among them, and verifications in between."""
    names = [f"CHAIN-{number}" for number in range(6)]
    marketplace.confirm(marketplace.import_orders(names))
    calls = [lambda name=name: marketplace.cancel(name).status_code for name in names * 2]
    checks = [lambda: verify(server, marketplace.account_id)["findings"]] * 3
    results = at_once(*calls, *checks)
    assert results == [200] * len(calls) + [[]] * len(checks)
    noted(server, marketplace.account_id)
    numbers = server.query(
        "SELECT number FROM marketplace_log_entry WHERE account_id = %s ORDER BY number",
        marketplace.account_id,
    )
    assert [number for (number,) in numbers] == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("job", ["cron_chain_log", "cron_verify_logs"])
def test_each_job_chains_the_log(server, marketplace, job):
    marketplace.cancel(f"NOWHERE-{job}")
    cron_id = server.ref(f"marketplace_order_cancellation.{job}")
    assert server.execute("ir.cron", "method_direct_trigger", [cron_id]) is True
    unchained = "SELECT count(*) FROM marketplace_log_entry WHERE number IS NULL"
    assert server.query(unchained) == [(0,)]
