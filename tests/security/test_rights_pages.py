"""Menus, pages and jobs: who sees, opens and runs them."""

from functools import partial

from odoo.tests import tagged

from ..helpers.rights import (
    DRAWN_PAGES,
    FOREIGN,
    FOREIGN_IS,
    JOBS,
    MENU_ACTIONS,
    MENUS,
    OPENING_ACTIONS,
    PAGES,
)
from ..helpers.rights_case import RightsCase
from ..helpers.rights_inventory import own_xml_ids


@tagged("post_install", "-at_install")
class TestPages(RightsCase):
    def test_everything_is_in_the_tables(self):
        for model, table in {
            "ir.ui.menu": set(MENUS),
            "ir.actions.act_window": set(PAGES),
            "ir.cron": set(JOBS),
            "ir.actions.server": {f"{name}_ir_actions_server" for name in JOBS}
            | set(MENU_ACTIONS)
            | set(OPENING_ACTIONS),
            "ir.actions.client": set(DRAWN_PAGES),
            "ir.actions.report": set(),
            "ir.actions.act_url": set(),
        }.items():
            with self.subTest(model):
                self.assertEqual(set(own_xml_ids(self.env, model)), table)

    def test_each_user_sees_the_menus_of_the_table_alone(self):
        menus = own_xml_ids(self.env, "ir.ui.menu")
        for kind in self.users:
            mine = self.as_user(kind, self.env["ir.ui.menu"])
            seen = mine._visible_menu_ids() if mine.has_access("read") else ()
            found = {name for name, menu in menus.items() if self._is_reached(menu, seen)}
            with self.subTest(kind):
                self.assertEqual(found, {n for n, row in MENUS.items() if self._as(kind) in row})

    def _is_reached(self, menu, seen):
        return not menu or (menu.id in seen and self._is_reached(menu.parent_id, seen))

    def test_each_user_opens_the_pages_of_the_table_alone(self):
        self.assertTable(self._pages())

    def _pages(self):
        for name, page in own_xml_ids(self.env, "ir.actions.act_window").items():
            for kind in self.users:
                records = self.as_user(kind, self.env[page.res_model])
                views = [(False, mode) for mode in page.view_mode.split(",")]
                refused = self.is_refused(partial(self._open, records, views))
                yield f"{name} by {kind}", refused, self._as(kind) in PAGES[name]

    def _open(self, records, views):
        """What the web client does: it asks for the views, and for the records in them."""
        records.get_views(views)
        if not records._transient:
            records.web_search_read([], {"display_name": {}}, limit=1)

    def test_actions_on_chosen_records_are_run_by_who_is_in_the_table(self):
        self.assertTable(self._menu_actions())

    def _menu_actions(self):
        actions = own_xml_ids(self.env, "ir.actions.server")
        for name, (model, row) in MENU_ACTIONS.items():
            for kind, side, documents in self.both_sides():
                record = self.record(model, documents, kind)
                action = self.as_user(kind, actions[name])
                chosen = {"active_model": model, "active_id": record.id, "active_ids": record.ids}
                with self.undone():
                    refused = self.is_refused(action.with_context(**chosen).run)
                yield f"{name} {side} by {kind}", refused, self.is_allowed(kind, documents, row)

    def test_each_user_runs_what_opens_pages_of_the_table_alone(self):
        self.assertTable(self._opening_actions())

    def _opening_actions(self):
        actions = own_xml_ids(self.env, "ir.actions.server")
        for name, row in OPENING_ACTIONS.items():
            for kind in self.users:
                refused = self.is_refused(self.as_user(kind, actions[name]).run)
                yield f"{name} by {kind}", refused, self._as(kind) in row

    def test_jobs_are_not_run_by_who_does_not_administer_the_server(self):
        self.assertTable(self._jobs("ir.cron", ""))

    def test_nor_are_their_server_actions(self):
        self.assertTable(self._jobs("ir.actions.server", "_ir_actions_server"))

    def _jobs(self, model, suffix):
        jobs = own_xml_ids(self.env, model)
        for name, row in JOBS.items():
            for kind in self.users:
                # Nothing is due: what a job does is tested elsewhere.
                with self.undone(), self.own_transactions() as env:
                    job = self.as_user(kind, jobs[name + suffix]).with_env(
                        self.as_user(kind, env[model]).env
                    )
                    run = job.run if model == "ir.actions.server" else job.method_direct_trigger
                    refused = self.is_refused(run)
                    # A server action has its user's rights: even who may run it may lack them.
                    unable = refused and model == "ir.actions.server"
                    yield f"{name} by {kind}", refused, kind in row and not unable

    def _as(self, kind):
        return FOREIGN_IS if kind == FOREIGN else kind
