"""Uninstalling the addon from a database with data of every kind leaves a sound Odoo."""

import re
from types import SimpleNamespace

import pytest
from caller import Caller, states
from odoo_cli import ADDON, call, changes, columns, complaints, install, query, snapshot
from odoo_server import OdooServer, base_database, database_copy
from schema import schema
from selling import cancel_everywhere
from shop_before import make_orders
from uninstall_data import leave_traces, make_everything

RECEIPTS = "marketplace.cancellation.receipt"
#: Models, tables and fields of the addon, and its own name.
OURS = re.compile(
    r"marketplace[._](account|cancellation|credential|decision|give|outbound|order[._]cancel)"
)
#: Where it may be named: among all addons, in the history of orders (the labels of fields), and in
#: notifications of browsers, which Odoo deletes after a day.
NAMED_IN = {"ir_module_module", "mail_tracking_value", "bus_bus"}
#: Tables with documents, which stay as they are.
DOCUMENTS = re.compile(r"(sale|stock|account|product|procurement|purchase|mrp)_\w+")
#: Models whose views the addon extends.
VIEWS = ("sale.order", "stock.picking", "account.move", "res.config.settings", "res.users")


@pytest.fixture(scope="module")
def uninstalled():
    """A server whose database has lost the addon, and what is known of it."""
    with database_copy("uninstall", base_database()) as database:
        query(database, "UPDATE ir_module_module SET demo = FALSE")
        orders = call(database, make_orders)
        there, plain = columns(database), schema(database)
        install(database)
        made = call(database, make_everything, orders=orders)
        with OdooServer(database) as server:
            shop = SimpleNamespace(server=server, database=database, orders=orders, plain=plain)
            shop.states = _receive(server, made["account"], orders)
            call(database, leave_traces, account_id=made["account"])
            documents = {
                table: [name for name in names if name not in ("create_uid", "write_uid")]
                for table, names in there.items()
                if DOCUMENTS.fullmatch(table)
            }
            before = snapshot(database, documents)
            modules = server.execute("ir.module.module", "search", [("name", "=", ADDON)])
            server.execute("ir.module.module", "button_immediate_uninstall", modules)
            shop.changed = changes(before, snapshot(database, documents))
            yield shop


def _receive(server, account_id, orders):
    """Requests and what becomes of them: cancelled, on hold, refused, calls to the marketplace.

    :return: the states of all receipts
    """
    caller = Caller(server, account_id, "removed")
    for name in ("confirmed", "confirmed", "picked", "draft_invoice", "unknown"):
        caller.cancel(name)
    for name in ("partly_shipped", "shipped", "paid", "invoiced"):
        asked = caller.cancel(name)
        assert (asked.status_code, asked.text) == (200, "")
    domain = [("marketplace_order_id", "=", "invoiced")]
    refused = server.execute(RECEIPTS, "search", domain)
    server.execute(RECEIPTS, "action_refuse", refused, "It has left.")
    cancel_everywhere(server, [orders["short"]])
    receipts = server.execute(RECEIPTS, "search_read", [], ["state"])
    return {receipt["state"] for receipt in receipts}


def test_there_was_something_to_remove(uninstalled):
    assert uninstalled.states == {"cancelled", "evaluating", "waiting", "refused"}
    (module,) = query(
        uninstalled.database, "SELECT state FROM ir_module_module WHERE name = %s", ADDON
    )
    assert module == ("uninstalled",)


def test_documents_are_as_they_were(uninstalled):
    assert uninstalled.changed == {}


def test_schema_is_that_of_before(uninstalled):
    found = schema(uninstalled.database)
    for part, rows in uninstalled.plain.items():
        assert (rows - found[part], found[part] - rows) == (set(), set()), part


def test_nothing_names_the_addon_any_more(uninstalled):
    """No row of any table: data, fields, jobs, activities, messages, files, filters, rights, ..."""
    there = {
        table: names
        for table, names in columns(uninstalled.database).items()
        if table not in NAMED_IN
    }
    for table, rows in snapshot(uninstalled.database, there).items():
        # That there is such an addon, installed or not, Odoo goes on knowing.
        assert [row for row in rows if OURS.search(row.replace(f"module_{ADDON}", ""))] == [], table
    for table in ("ir_model_constraint", "ir_model_relation"):
        statement = f"SELECT {table}.name FROM {table} JOIN ir_module_module m ON m.id = module"
        assert query(uninstalled.database, f"{statement} WHERE m.name = %s", ADDON) == []


def test_technical_user_is_gone(uninstalled):
    names = ["__marketplace_endpoint__", "Marketplace"]
    for statement in (
        "SELECT id FROM res_users WHERE login = ANY(%s)",
        "SELECT id FROM res_partner WHERE name = ANY(%s)",
    ):
        assert query(uninstalled.database, statement, names) == []


def test_log_has_no_complaints(uninstalled):
    assert complaints("".join(uninstalled.server.log)) == []


def test_held_orders_go_on(uninstalled):
    """On the server that has uninstalled it, and on one that starts afterwards."""
    _use(uninstalled.server, uninstalled.orders["paid"], uninstalled.orders["partly_shipped"])
    with OdooServer(uninstalled.database) as server:
        _use(server, uninstalled.orders["second_confirmed"])
        assert complaints("".join(server.log)) == []


def _use(server, to_cancel, to_ship=None):
    for model in VIEWS:
        views = [(False, "form")]
        views += [(False, "list"), (False, "search")] if model != "res.config.settings" else []
        assert server.execute(model, "get_views", views)["views"]["form"]["arch"]
    if to_ship:
        open_pickings = [("sale_id", "=", to_ship), ("state", "=", "assigned")]
        pickings = server.execute("stock.picking", "search", open_pickings)
        assert pickings
        assert server.execute("stock.picking", "button_validate", pickings) is True
        assert states(server, to_ship) == ("sale", {"done"})
    server.execute("sale.order", "action_cancel", [to_cancel])
    assert states(server, to_cancel) == ("cancel", {"cancel"})
    assert server.execute("sale.order", "read", [to_cancel])


def test_it_can_be_installed_again(uninstalled):
    """The last test: the addon is there again."""
    log = install(uninstalled.database)
    assert complaints(log) == []
    with OdooServer(uninstalled.database) as server:
        values = {"name": "Again", "code": "removed"}
        account_id = server.execute("marketplace.account", "create", values)
        new = server.execute("sale.order", "copy", [uninstalled.orders["shipped"]])[0]
        named = {"marketplace_account_id": account_id, "marketplace_order_id": "again"}
        server.execute("sale.order", "write", [new], named)
        server.execute("sale.order", "action_confirm", [new])
        assert Caller(server, account_id, "removed").cancel("again").status_code == 200
        assert states(server, new) == ("cancel", {"cancel"})
