"""Upgrading removes the page that the addon had among Odoo's dashboards, if it is as it was."""

import pytest
from dashboard_page import make_page
from odoo_cli import ADDON, call, complaints, query, update
from odoo_server import database_copy

TRACES = """
    SELECT 'name', name FROM ir_model_data
     WHERE module = %s AND name = 'spreadsheet_dashboard_cancellations'
    UNION ALL
    SELECT 'file', res_id::text FROM ir_attachment
     WHERE res_model = 'spreadsheet.dashboard' AND res_id = %s
    UNION ALL
    SELECT 'page', id::text FROM spreadsheet_dashboard WHERE id = %s
"""


@pytest.mark.parametrize("is_changed", [False, True], ids=["as it was", "changed by people"])
def test_page_goes(is_changed):
    with database_copy("dashboards") as database:
        page = call(database, make_page, is_changed=is_changed)
        assert len(query(database, TRACES, ADDON, page, page)) == 3
        query(
            database,
            "UPDATE ir_module_module SET latest_version = '19.0.1.8.0' WHERE name = %s",
            ADDON,
        )
        assert complaints(update(database)) == []
        left = {what for what, _name in query(database, TRACES, ADDON, page, page)}
        assert left == ({"file", "page"} if is_changed else set())
