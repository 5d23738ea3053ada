"""Installing the addon on a database that has orders leaves them as they are."""

import json
import re
from types import SimpleNamespace

import pytest
from caller import Caller, connect, states
from odoo_cli import call, changes, columns, complaints, install, query, snapshot
from odoo_server import OdooServer, base_database, database_copy
from shop_before import make_orders

#: Tables that get rows when an addon with a user, jobs, views, groups and their rules is installed.
ADDED_TO = re.compile(
    r"(ir|res_groups|res_users|orm_signaling)_\w+|rule_group_rel"
    r"|res_(groups|users|partner|company_users_rel)"
    r"|mail_(message|message_subtype|activity_type)|digest_digest_res_users_rel"
)
#: Tables in which Odoo rewrites rows: it looks at all addons, describes models, and links groups.
REWRITTEN = {"ir_module_module", "ir_model", "res_groups"}
#: What a new user touches: the default digest, and the partners of all groups that it is in.
TOUCHED = ("digest_digest", "res_partner")


@pytest.fixture(scope="module")
def installed():
    with database_copy("install", base_database()) as database:
        # As in production: or else the addon brings orders of its own.
        query(database, "UPDATE ir_module_module SET demo = FALSE")
        orders = call(database, make_orders)
        there = columns(database)
        for table in TOUCHED:
            there[table].remove("write_date")
        before = snapshot(database, there)
        log = install(database)
        changed = changes(before, snapshot(database, there))
        yield SimpleNamespace(database=database, orders=orders, log=log, changed=changed)


def test_log_has_no_complaints(installed):
    assert complaints(installed.log) == []
    assert "Modules loaded." in installed.log


def test_all_documents_are_as_they_were(installed):
    """Every table and column that was there: orders, transfers, reservations, invoices, ..."""
    assert {table for table in installed.changed if not ADDED_TO.fullmatch(table)} == set()
    rewritten = {table for table, (gone, _new) in installed.changed.items() if gone}
    assert rewritten <= REWRITTEN


def test_chatters_are_silent(installed):
    _gone, new = installed.changed["mail_message"]
    about = {json.loads(message)["model"] for message in new}
    assert about <= {"res.partner", "ir.cron", "ir.actions.server"}


def test_only_the_new_user_is_in_the_new_groups(installed):
    """Nobody but the endpoint's user and the administrators were put into any group."""
    _gone, new = installed.changed["res_groups_users_rel"]
    (endpoint,) = query(
        installed.database, "SELECT id FROM res_users WHERE login = '__marketplace_endpoint__'"
    )
    assert {json.loads(row)["uid"] for row in new} == {1, 2, *endpoint}


def test_orders_that_were_there_can_be_cancelled_and_new_ones(installed):
    orders = installed.orders
    with OdooServer(installed.database) as server:
        theirs = orders["second_confirmed"]
        (order,) = server.execute("sale.order", "read", [theirs], ["company_id"])
        accounts = {
            code: server.execute(
                "marketplace.account", "create", {"name": code, "code": code, **values}
            )
            for code, values in {
                "first": {},
                "second": {"company_id": order["company_id"][0]},
            }.items()
        }
        first = Caller(server, accounts["first"], "first")
        second = Caller(server, accounts["second"], "second")
        mine = ("confirmed", "several_steps", "short", "locked", "picked", "shipped")
        connect(server, {name: orders[name] for name in mine}, accounts["first"])
        connect(server, {"theirs": theirs}, accounts["second"])
        new = server.execute("sale.order", "copy", [orders["confirmed"]])[0]
        connect(server, {"new": new}, accounts["first"])
        server.execute("sale.order", "action_confirm", [new])

        for name in ("confirmed", "several_steps", "short", "locked"):
            assert first.cancel(name).json()["marketplaceOrderId"] == name
            assert states(server, orders[name]) == ("cancel", {"cancel"})
        assert first.cancel("new").status_code == 200
        assert states(server, new) == ("cancel", {"cancel"})
        assert second.cancel("theirs").status_code == 200
        assert states(server, theirs) == ("cancel", {"cancel"})
        assert first.cancel("picked").status_code == 200
        assert states(server, orders["picked"])[0] == "cancel"
        asked = first.cancel("shipped")
        assert (asked.status_code, asked.text) == (200, "")  # somebody has to decide
        assert states(server, orders["shipped"]) == ("sale", {"done"})
        assert complaints("".join(server.log)) == []
