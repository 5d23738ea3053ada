"""Work on orders that are of no marketplace, done inside ``odoo shell``.

Fed to the shell as it is, in a database with the addon and in one without it: it imports from Odoo
alone. It reads commands from a pipe, JSON one a line, and answers each on standard output.
"""

import json
import os
import time
from pathlib import Path

from lxml import etree

from odoo import Command
from odoo.sql_db import Cursor

_ROWS = 80  # of a list, as Odoo shows it
_ORDERS = 100  # that are there beforehand
_IMPORTED = 100  # orders of one import


def specification(env, arch, known):
    """What the web client asks for to show ``arch``: its fields, and those of lists inside."""
    asked = {}
    for node in arch.xpath("//field[not(ancestor::field)]"):
        field = known.get(node.get("name"))
        if not field:
            continue
        parts = {}
        if field["type"] == "many2one":
            parts = {"fields": {"display_name": {}}}
        elif field["type"] in ("one2many", "many2many"):
            inner = env[field["relation"]].fields_get()
            views = node.xpath("./list | ./kanban | ./form")[:1]
            tags = {"display_name": {}} if "tags" in (node.get("widget") or "") else {}
            for view in views:
                part = etree.fromstring(etree.tostring(view))
                tags = specification(env, part, inner)
            parts = {"fields": tags}
        asked[node.get("name")] = parts
    return asked


class Work:
    """A shop, and what is done in it: for each kind, how to prepare it and how to do it."""

    def __init__(self, env):
        self.env = env
        self.imports = 0
        values = {"name": "Ordinary", "type": "consu", "is_storable": True, "list_price": 10}
        self.product = env["product.product"].create({**values, "invoice_policy": "order"})
        stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
        env["stock.quant"]._update_available_quantity(self.product, stock, 1_000_000)
        self.partner = env["res.partner"].create({"name": "Ordinary Shopper"})
        env["sale.order"].create([self.values() for _ in range(_ORDERS)]).action_confirm()
        self.order = self.confirmed()
        self.screens = {
            (model, kind): self.screen(model, kind)
            for model in ("sale.order", "stock.picking")
            for kind in ("list", "form")
        }
        self.kinds = {
            "create": (lambda: None, lambda _: env["sale.order"].create(self.values())),
            "confirm": (self.quotation, lambda order: order.action_confirm()),
            "validate": (self.confirmed, lambda order: order.picking_ids.button_validate()),
            "invoice": (self.confirmed, lambda order: order._create_invoices().action_post()),
            "cancel": (self.confirmed, lambda order: order.action_cancel()),
            "import": (lambda: None, lambda _: self.import_orders()),
            "slip": (lambda: self.order, self.print_slip),
            "list of orders": (lambda: None, lambda _: self.open_list("sale.order")),
            "list of transfers": (lambda: None, lambda _: self.open_list("stock.picking")),
            "form of an order": (lambda: self.order, self.open_form),
            "form of a transfer": (lambda: self.order.picking_ids, self.open_form),
        }

    def screen(self, model, kind):
        views = self.env[model].get_views([(False, kind)])
        arch = etree.fromstring(views["views"][kind]["arch"])
        return specification(self.env, arch, views["models"][model]["fields"])

    def values(self):
        line = {"product_id": self.product.id, "product_uom_qty": 1}
        return {"partner_id": self.partner.id, "order_line": [Command.create(line)] * 2}

    def quotation(self):
        return self.env["sale.order"].create(self.values())

    def confirmed(self):
        order = self.quotation()
        order.action_confirm()
        return order

    def import_orders(self):
        self.imports += 1
        columns = ["id", "partner_id/.id", "order_line/product_id/.id"]
        rows = [
            [
                f"ordinary.{os.getpid()}-{self.imports}-{number}",
                str(self.partner.id),
                str(self.product.id),
            ]
            for number in range(_IMPORTED)
        ]
        found = self.env["sale.order"].with_context(import_file=True).load(columns, rows)
        if not found["ids"]:
            raise ValueError(found["messages"])

    def print_slip(self, order):
        report = self.env["ir.actions.report"]
        report._render_qweb_html("stock.action_report_delivery", order.picking_ids.ids)

    def open_list(self, model):
        domain = [("partner_id", "=", self.partner.id)]
        self.env[model].web_search_read(domain, self.screens[model, "list"], limit=_ROWS)

    def open_form(self, document):
        document.web_read(self.screens[document._name, "form"])

    def measure(self, kind):
        """Do it once.

        :return: ``[processor time of Odoo and of its connection's backend in ms, statements]``
        """
        prepare, do = self.kinds[kind]
        subject = prepare()
        self.env.flush_all()
        self.env.cr.commit()
        self.env.invalidate_all()
        statements = _counted[0]
        begun = self.backend_seconds() + time.process_time()
        do(subject)
        self.env.flush_all()
        spent = time.process_time() + self.backend_seconds() - begun
        statements = _counted[0] - statements
        self.env.cr.commit()
        return [spent * 1000, statements]

    def backend_seconds(self):
        """The processor time of the database's process for this connection."""
        schedule = Path(f"/proc/{self.env.cr._cnx.info.backend_pid}/schedstat").read_text()
        return int(schedule.split()[0]) / 1e9  # nanoseconds; those of `stat` are ten milliseconds


_counted = [0]
_execute = Cursor.execute


def count_and_execute(cursor, *args, **kwargs):
    _counted[0] += 1
    return _execute(cursor, *args, **kwargs)


def answer(value):
    with os.fdopen(os.dup(1), "w") as out:
        out.write(f"answer {json.dumps(value)}\n")


Cursor.execute = count_and_execute
work = Work(env)  # noqa: F821  # the shell's
env.cr.commit()  # noqa: F821
env.cr.execute("ANALYZE")  # noqa: F821
env.cr.commit()  # noqa: F821
answer("ready")
with os.fdopen(int(os.environ["BENCH_COMMANDS"])) as commands:
    for command in commands:
        answer(work.measure(json.loads(command)))
