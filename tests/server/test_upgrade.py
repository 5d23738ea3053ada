"""Upgrading from former versions to today's zip, with all the data that they could have, loses
nothing.
"""

import json
import re
import subprocess
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from caller import connect, states
from first_version import RECEIPTS, SHOPPER, FirstVersion
from odoo_cli import (
    ADDON,
    addons_path,
    call,
    changes,
    columns,
    complaints,
    query,
    snapshot,
    update,
)
from odoo_server import OdooServer, base_database, database_copy, only_long, template_database
from schema import metadata, schema
from shop_before import make_orders

DATA = Path(__file__).parent / "data"

#: Tables with what Odoo knows of addons, rights, views and jobs: an update writes them anew.
REWRITTEN = re.compile(
    r"ir_(actions?|act|cron|model|module|rule|ui|default)(_\w+)?|res_groups\w*|orm_signaling_\w+"
)
#: Tables whose rows an update writes as they were: the groups' users, and pictures of menus.
UPDATED = re.compile(rf"{REWRITTEN.pattern}|res_partner|ir_attachment")
#: Of an attachment: it is the picture of a menu.
MENU_PICTURE = '"res_model": "ir.ui.menu"'
#: Of a message's subtype: a former name, which an update replaces.
FORMER_NAME = '"en_US": "Keys"'
#: A page among Odoo's dashboards that the addon had for a while: test_spreadsheet_dashboard.py.
FORMER_PAGE = "spreadsheet_dashboard_cancellations"
#: Until 19.0.1.3.0, and since.
FORMER_DEFAULT, DEFAULT = '"background_after": 50', '"background_after": 20'
#: Tables that get rows: messages say that new jobs were created, and followers are told of more.
#: The log notes what receipts and arrivals say besides.
ADDED_TO = {
    "marketplace_log_entry",
    "mail_message",
    "mail_activity_type",
    "ir_attachment",
    "mail_message_subtype",
    "mail_followers_mail_message_subtype_rel",
    "rule_group_rel",  # of the record rules of new models
}


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("19.0.1.0.0-b5d82e1", marks=only_long),
        "19.0.1.0.0-1d78192",
        pytest.param("19.0.1.1.0-5ee60f0", marks=only_long),
        pytest.param("19.0.1.2.0-765898a", marks=only_long),
        pytest.param("19.0.1.3.0-1c75cc3", marks=only_long),
        pytest.param("19.0.1.3.1-3ef851f", marks=only_long),
        pytest.param("19.0.1.4.0-9d189d1", marks=only_long),
        pytest.param("19.0.1.5.0-4c224e9", marks=only_long),
        "19.0.1.6.0-fce5749",
        pytest.param("19.0.1.7.0-c80ba5d", marks=only_long),
        pytest.param("19.0.1.8.0-ccaf46f", marks=only_long),
        pytest.param("19.0.1.9.0-7c92db1", marks=only_long),
        pytest.param("19.0.1.10.0-42189b5", marks=only_long),
        pytest.param("19.0.1.11.0-4a2c9e6", marks=only_long),
        pytest.param("19.0.1.12.0-1bf1134", marks=only_long),
        pytest.param("19.0.1.13.0-09c36e1", marks=only_long),
        "19.0.1.14.0-cd7e07e",
    ],
)
def upgraded(request, addons_of_zip, tmp_path_factory):
    """A database that was made with a former version and is brought up to date by the package."""
    folder = tmp_path_factory.mktemp("addons")
    archive = DATA / f"{request.param}.tar.gz"
    subprocess.run(["tar", "--extract", "--file", archive, "--directory", folder], check=True)
    with database_copy("upgrade", base_database()) as database:
        query(database, "UPDATE ir_module_module SET demo = FALSE")
        orders = call(database, make_orders)
        shop = FirstVersion(database, folder, orders)
        there = without_dates(columns(database))
        pages = query(database, "SELECT res_id FROM ir_model_data WHERE name = %s", FORMER_PAGE)
        before = with_present_default(snapshot(database, there))
        log = update(database, addons_of_zip)
        after = snapshot(database, there)
        yield SimpleNamespace(
            database=database,
            addons=addons_of_zip,
            shop=shop,
            log=log,
            changed=changes(before, after),
            pages={page for (page,) in pages},
            had_wizards=not request.param.startswith("19.0.1.0.0"),
        )


def without_dates(tables):
    """``tables`` without what an update writes though nothing else changes."""
    return {
        table: [
            name
            for name in names
            if name not in ("write_date", "write_uid", "arch_prev") or not UPDATED.fullmatch(table)
        ]
        for table, names in tables.items()
    }


def with_present_default(tables):
    """``tables`` with the default that accounts get which have kept the former one."""
    rows = tables["marketplace_account"]
    renewed = {row.replace(FORMER_DEFAULT, DEFAULT): count for row, count in rows.items()}
    return tables | {"marketplace_account": Counter(renewed)}


def test_log_has_no_complaints(upgraded):
    assert complaints(upgraded.log) == []
    assert "Modules loaded." in upgraded.log


def is_lost(table, row, pages):
    """Whether this ``row`` should be there still, as it was; ``pages`` go, and what is theirs."""
    values = json.loads(row)
    is_page = table == "spreadsheet_dashboard" and values["id"] in pages
    is_of_page = values.get("res_model") == "spreadsheet.dashboard" and values["res_id"] in pages
    return not (is_page or is_of_page or MENU_PICTURE in row or FORMER_NAME in row)


def test_everything_is_as_it_was(upgraded):
    """Every table and column that was there: the addon's, and all documents."""
    changed = {
        table: (lost[:2], new[:2])
        for table, (gone, new) in upgraded.changed.items()
        if not REWRITTEN.fullmatch(table)
        and (
            (lost := [row for row in gone if is_lost(table, row, upgraded.pages)])
            or (new and table not in ADDED_TO)
        )
    }
    assert changed == {}, sorted(changed)


def test_followers_of_accounts_are_told_what_new_ones_are(upgraded):
    """And follow nothing else by it."""
    rows = query(
        upgraded.database,
        """
        SELECT DISTINCT follower.res_model, subtype.res_model,
               array_agg(DISTINCT subtype.name->>'en_US')
          FROM mail_followers follower
          JOIN mail_followers_mail_message_subtype_rel told
            ON told.mail_followers_id = follower.id
          JOIN mail_message_subtype subtype ON subtype.id = told.mail_message_subtype_id
         WHERE 'marketplace.account' IN (follower.res_model, subtype.res_model)
           AND subtype.res_model IS NOT NULL
         GROUP BY 1, 2, follower.id
        """,
    )
    names = ["Credentials", "Health", "Log", "Who may call"]
    assert rows == [("marketplace.account", "marketplace.account", names)]


def test_receipts_were_in_every_state(upgraded):
    expected = {"received", "waiting", "mismatch", "failed", "cancelled"}
    if upgraded.shop.can_ask:
        expected |= {"evaluating", "refused", "kept"}
    assert upgraded.shop.states == expected


def test_schema_is_that_of_a_new_database(upgraded):
    with_names = not upgraded.had_wizards  # their relation tables came in another order
    found = schema(upgraded.database, with_names)
    expected = schema(template_database(), with_names)
    for part, rows in expected.items():
        assert (rows - found[part], found[part] - rows) == (set(), set()), part


def test_rights_views_and_jobs_are_those_of_a_new_database(upgraded):
    expected = metadata(template_database())
    found = metadata(upgraded.database)
    for part, rows in expected.items():
        assert (rows - found[part], found[part] - rows) == (set(), set()), part


def test_columns_that_came_later_have_their_defaults(upgraded):
    rows = query(
        upgraded.database,
        """
        SELECT DISTINCT on_picking, on_shipped, settlement, background_after, refusal_call,
                        outbound_days, decision_hours, default_decision, is_paused,
                        allowed_networks, retention_days, store_environment
          FROM marketplace_account
        """,
    )
    assert rows == [
        (
            "cancel",
            "ask",
            "immediate",
            20,
            "invoice",
            7,
            24,
            "accept",
            None,
            None,
            None,
            "vtexcommercestable",
        )
    ]


def test_deliveries_are_noted_as_repeats(upgraded):
    rows = query(
        upgraded.database,
        """
        SELECT is_repeat, id > min(id) OVER (PARTITION BY receipt_id), receipt_id
          FROM marketplace_cancellation_delivery
        """,
    )
    assert all(bool(noted) == is_later for noted, is_later, _receipt in rows)
    assert {noted for noted, _is_later, _receipt in rows} >= {True}


def test_again_it_changes_nothing(upgraded):
    there = without_dates(columns(upgraded.database))
    # Odoo lists a module's views before it deletes those that are gone: the next update tells.
    there["ir_module_module"].remove("views_by_module")
    before = snapshot(upgraded.database, there)
    log = update(upgraded.database, upgraded.addons)
    changed = changes(before, snapshot(upgraded.database, there))
    assert complaints(log) == []
    # Odoo's own housekeeping is woken, and all servers are told to look.
    assert set(changed) <= {"ir_cron_trigger", "orm_signaling_registry"}


def test_marketplaces_call_as_before(upgraded):
    """The last test: the shop goes on working."""
    shop = upgraded.shop
    options = [f"--addons-path={addons_path(upgraded.addons)}"]
    with OdooServer(upgraded.database, options=options) as server:
        shop.move_to(server)
        assert all(verified_logs(server))  # with what there was
        assert shop.former.cancel("confirmed").status_code == 401
        assert shop.archived.cancel("confirmed").status_code == 403
        assert shop.second.cancel("second_confirmed").status_code == 200
        assert shop.second.cancel("second_confirmed", by_address=True).status_code == 401
        # What failed is tried anew, and nothing lets it fail any more.
        failed = json.loads(shop.told.pop("locked")[1])["receipt"]
        assert shop.first.cancel("locked").json()["receipt"] == failed
        assert states(server, shop.orders["locked"]) == ("cancel", {"cancel"})
        for name, answer in shop.told.items():
            for by_address in (False, True):
                repeated = shop.first.cancel(name, by_address=by_address)
                assert (repeated.status_code, repeated.text) == answer, name
        assert shop.first.cancel("confirmed", **SHOPPER).text == shop.told_shopper
        _go_on(server, shop)
        assert all(verified_logs(server))
        # Odoo logs what a person is refused.
        log = "".join(server.log)
        assert [line for line in complaints(log) if "wait for the decision" not in line] == []


def verified_logs(server):
    """How many entries the log of each account has; nothing is wrong with it."""
    account = "marketplace.account"
    receipts = server.execute(RECEIPTS, "search_read", [], ["account_id"])
    for account_id in {receipt["account_id"][0] for receipt in receipts}:
        verified = server.execute(account, "verify_log", [account_id])
        assert verified["findings"] == []
        yield verified["number"]


def _go_on(server, shop):
    """What was open when the addon was upgraded comes to its end, and there are new requests."""
    job = server.ref(f"{ADDON}.cron_settle_pending")
    server.execute("ir.cron", "method_direct_trigger", [job])
    assert states(server, shop.orders["draft_invoice"]) == ("cancel", {"cancel"})
    assert shop.first.cancel("short").status_code == 200
    assert states(server, shop.orders["short"]) == ("cancel", {"cancel"})
    late = server.execute("sale.order", "copy", [shop.orders["confirmed"]])[0]
    connect(server, {"unknown": late}, shop.first_id)
    server.execute("sale.order", "action_confirm", [late])
    assert states(server, late) == ("cancel", set())
    if shop.can_ask:
        held = server.execute("sale.order", "read", [shop.orders["partly_shipped"]])[0]
        with pytest.raises(RuntimeError, match="wait for the decision"):
            server.execute("stock.picking", "button_validate", held["picking_ids"][:1])
        receipts = server.execute(RECEIPTS, "search", [("state", "=", "evaluating")])
        assert len(receipts) == 2
        for receipt in receipts:
            server.execute(RECEIPTS, "action_accept", [receipt])
        assert states(server, held["id"])[0] == "cancel"
        activities = [("res_model", "=", RECEIPTS), ("res_id", "in", receipts)]
        assert server.execute("mail.activity", "search", activities) == []
