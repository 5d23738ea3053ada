"""Prepares the bench's database inside `odoo shell`: users, keys, products, reserved orders."""

import json
import os
from datetime import timedelta
from pathlib import Path

from odoo import Command, fields

from .copies import copy_orders

_PARTNERS = 50
_ORIGINALS = 50  # orders made by the ORM, all others are copies of them
_SETTINGS = ["settlement", "background_after"]  # that the bench changes
_STEPS = {1: "ship_only", 3: "pick_pack_ship"}


def main(env):
    """Do what the file BENCH_ORDER says, and say in the file BENCH_RESULT what came of it."""
    wanted = json.loads(Path(os.environ["BENCH_ORDER"]).read_text())
    _silence_jobs(env)
    account = env["marketplace.account"].search([("code", "=", "demo")])
    account.rate_limit = 0  # what calls cost is measured, not how many are let in
    app_key, token = account._generate_credential()
    shop = _Shop(env, account)
    result = {
        "account_id": account.id,
        "defaults": env["marketplace.account"].default_get(_SETTINGS),
        "app_key": app_key,
        "app_token": token,
        "admin_key": _api_key(env.ref("base.user_admin")),
        "integrator_key": _api_key(_integrator(env)),
        "orders": {spec["name"]: shop.prepare(spec) for spec in wanted},
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
        self.originals = {}

    @property
    def product_ids(self):
        return [product.id for products in self.products.values() for product in products]

    def prepare(self, spec):
        """Make ``spec["count"]`` confirmed orders, reserved, with one open transfer each at first.

        :return: ``{"first": ID, "last": ID}``: their IDs have no gap
        """
        shape = tuple(spec[name] for name in ("products", "lines", "steps", "is_own"))
        if shape not in self.originals:
            self.originals[shape] = self._confirmed(*shape)
        name = "" if spec["is_own"] else spec["name"]
        first = copy_orders(self.env, self.originals[shape].ids, spec["count"], name)
        self.env.cr.commit()
        return {"first": first, "last": first + spec["count"] - 1}

    def _confirmed(self, products, lines, steps, is_own):
        """Orders of each partner, and of all products in turn.

        :param is_own: they are of no marketplace
        """
        goods = self._products(products, steps)
        orders_values = [{"warehouse_id": self._warehouse(steps).id} for _ in range(_ORIGINALS)]
        for number, values in enumerate(orders_values):
            of_order = [goods[(number * lines + n) % len(goods)] for n in range(lines)]
            values["partner_id"] = self.partners[number % _PARTNERS].id
            values["order_line"] = [
                Command.create({"product_id": product.id, "product_uom_qty": 1})
                for product in of_order
            ]
            if not is_own:
                values["marketplace_account_id"] = self.account.id
                values["marketplace_order_id"] = f"original-{products}-{lines}-{steps}-{number}"
        orders = self.env["sale.order"].create(orders_values)
        orders.action_confirm()
        pickings = orders.picking_ids
        assert len(pickings) == len(orders), f"{len(pickings)} transfers for {len(orders)} orders"
        states = set(pickings.mapped("state"))
        assert states == {"assigned"}, f"not reserved: {states}"
        return orders

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
