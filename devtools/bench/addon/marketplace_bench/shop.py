"""Prepares the bench's database inside `odoo shell`: users, keys, products, reserved orders."""

import json
import os
from datetime import timedelta
from pathlib import Path

from odoo import Command, fields

_BATCH = 100  # orders created and confirmed together: it is the fastest here
_PARTNERS = 50
_STEPS = {1: "ship_only", 3: "pick_pack_ship"}


def main(env):
    """Do what the file BENCH_ORDER says, and say in the file BENCH_RESULT what came of it."""
    wanted = json.loads(Path(os.environ["BENCH_ORDER"]).read_text())
    _silence_jobs(env)
    account = env["marketplace.account"].search([("code", "=", "demo")])
    settings = set(account.fields_get()) & {"settlement", "background_after"}
    account.rate_limit = 0  # what calls cost is measured, not how many are let in
    app_key, token = account._generate_credential()
    shop = _Shop(env, account)
    result = {
        "account_id": account.id,
        "defaults": env["marketplace.account"].default_get(sorted(settings)),
        "app_key": app_key,
        "app_token": token,
        "admin_key": _api_key(env.ref("base.user_admin")),
        "integrator_key": _api_key(_integrator(env)),
        "orders": {
            spec["name"]: shop.prepare(spec)
            for spec in wanted
            if settings.issuperset(spec["needs"])
        },
        "product_ids": shop.product_ids,
    }
    env.cr.commit()
    Path(os.environ["BENCH_RESULT"]).write_text(json.dumps(result))


def _silence_jobs(env):
    """Only the marketplaces' own jobs run: others would, at times, take a share of a core."""
    module = [("model", "=", "ir.cron"), ("module", "=", "marketplace_order_cancellation")]
    kept = env["ir.model.data"].search(module).mapped("res_id")
    env["ir.cron"].search([("id", "not in", kept)]).active = False


def _integrator(env):
    """Whom an integrator's program logs in as: the rights are those of our endpoint's user."""
    groups = env.ref("sales_team.group_sale_salesman_all_leads") | env.ref("stock.group_stock_user")
    values = {"name": "Integrator", "login": "integrator", "group_ids": [Command.set(groups.ids)]}
    return env["res.users"].create(values)


def _api_key(user):
    expires = fields.Datetime.now() + timedelta(days=1)
    keys = user.env["res.users.apikeys"].with_user(user).sudo()  # sudo: whatever its rights
    return keys._generate(None, "bench", expires)


class _Shop:
    def __init__(self, env, account):
        quiet = {"tracking_disable": True, "mail_create_nolog": True}
        self.env = env(context=dict(env.context, **quiet))
        self.account = account
        self.partners = self.env["res.partner"].create(
            [{"name": f"Shopper {number}"} for number in range(_PARTNERS)]
        )
        self.warehouses = {}
        self.products = {}

    @property
    def product_ids(self):
        return [product.id for products in self.products.values() for product in products]

    def prepare(self, spec):
        """Confirm ``spec["count"]`` orders, reserved, with one open transfer each at first.

        :return: ``{"first": ID, "last": ID}``: their IDs have no gap
        """
        ids = []
        for start in range(0, spec["count"], _BATCH):
            numbers = range(start, min(start + _BATCH, spec["count"]))
            orders = self.env["sale.order"].create([self._values(spec, n) for n in numbers])
            orders.action_confirm()
            self._check(orders, spec)
            ids += orders.ids
            self.env.cr.commit()
            self.env.invalidate_all()
        assert ids == list(range(ids[0], ids[-1] + 1)), "somebody else is creating orders"
        return {"first": ids[0], "last": ids[-1]}

    def _values(self, spec, number):
        products = self._products(spec["products"], spec["steps"])
        of_order = [
            products[(number * spec["lines"] + n) % len(products)] for n in range(spec["lines"])
        ]
        return {
            "partner_id": self.partners[number % _PARTNERS].id,
            "warehouse_id": self._warehouse(spec["steps"]).id,
            "marketplace_account_id": self.account.id,
            "marketplace_order_id": f"{spec['name']}-{number}",
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 1})
                for product in of_order
            ],
        }

    def _warehouse(self, steps):
        if steps not in self.warehouses:
            values = {
                "name": f"{steps} steps",
                "code": f"BN{steps}",
                "delivery_steps": _STEPS[steps],
            }
            self.warehouses[steps] = self.env["stock.warehouse"].create(values)
        return self.warehouses[steps]

    def _products(self, count, steps):
        key = (count, steps)
        if key not in self.products:
            products = self.env["product.product"].create(
                [
                    {"name": f"Thing {n}", "type": "consu", "is_storable": True, "list_price": 10}
                    for n in range(count)
                ]
            )
            stock = self._warehouse(steps).lot_stock_id
            for product in products:
                self.env["stock.quant"]._update_available_quantity(product, stock, 1_000_000)
            self.products[key] = products
        return self.products[key]

    def _check(self, orders, spec):
        pickings = orders.picking_ids
        assert len(pickings) == len(orders), f"{len(pickings)} transfers for {len(orders)} orders"
        states = set(orders.picking_ids.mapped("state"))
        assert states == {"assigned"}, f"{spec['name']}: not reserved: {states}"
