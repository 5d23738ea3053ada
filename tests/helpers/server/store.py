"""A VTEX store's back office: a real Odoo with its jobs, and the marketplace simulator."""

import time
from contextlib import contextmanager
from datetime import timedelta

from faults import reading
from odoo_server import Marketplace, OdooServer
from simulated import KEY, TOKEN

ACCOUNT = "marketplace.account"
#: So many orders are imported and confirmed by one call.
_AT_ONCE = 100
#: States in which the marketplace's order is cancelled, or about to be.
CANCELLED_THERE = {"cancel", "canceled"}


class Store:
    """The store's orders at the marketplace and in Odoo, which is not always running."""

    def __init__(self, simulator, database, environ):
        self.simulator, self.database, self.environ = simulator, database, environ
        self.server = self.marketplace = self.port = None
        self.orders = {}  # {marketplace order ID: order ID}

    @contextmanager
    def running(self):
        """Odoo runs at the same address as before, with jobs; a power failure ends it."""
        server = OdooServer(self.database, cron_threads=1, environ=self.environ)
        self.port = server.port = self.port or server.port
        server.url = f"http://127.0.0.1:{self.port}"
        with server as self.server:
            if self.marketplace:
                self.marketplace.server = server
            yield server
            server.kill()

    def set_up(self, **values):
        """An account that calls the simulator, and reads as many orders as it may."""
        self.server.execute("ir.config_parameter", "set_param", "web.base.url", self.server.url)
        self.marketplace = Marketplace(self.server)
        self.write(
            services_endpoint=f"{self.simulator.url}/api/oms",
            outbound_key=KEY,
            new_outbound_token=TOKEN,
            refusal_call="denial",
            read_rate=5000,
            **values,
        )

    def write(self, **values):
        self.server.execute(ACCOUNT, "write", [self.marketplace.account_id], values)

    def read(self, name):
        account_id = self.marketplace.account_id
        return self.server.execute(ACCOUNT, "read", [account_id], [name])[0][name]

    def stock_up(self, quantity):
        """So much of the product is in stock."""
        warehouse = self.marketplace.search("stock.warehouse", [], ["lot_stock_id"])[0]
        values = {
            "product_id": self.marketplace.product_id,
            "location_id": warehouse["lot_stock_id"][0],
            "inventory_quantity": quantity,
        }
        quant = self.server.execute("stock.quant", "create", values)
        self.server.execute("stock.quant", "action_apply_inventory", [quant])

    def sell(self, number):
        """So many orders, at the marketplace and confirmed in Odoo; return their IDs there."""
        added = self.simulator.control("POST", "orders", count=number)["orders"]
        for first in range(0, number, _AT_ONCE):
            names = added[first : first + _AT_ONCE]
            order_ids = self.marketplace.import_orders(names)
            self.marketplace.confirm(order_ids)
            self.orders |= dict(zip(names, order_ids, strict=True))
        return added

    def connect_hook(self):
        """Press the button, and wait until the hook is there."""
        self.server.execute(ACCOUNT, "action_connect_hook", [self.marketplace.account_id])
        self.wait(lambda: self.read("hook_state") == "connected", 60)

    def ship(self, *names):
        """Have the warehouse do the transfers of these orders: ``{name: what kept it}``."""
        pickings = self.marketplace.search(
            "stock.picking",
            [("sale_id", "in", [self.orders[name] for name in names]), ("state", "!=", "cancel")],
            ["sale_id"],
        )
        picking_of = {picking["sale_id"][0]: picking["id"] for picking in pickings}
        return {name: self._validate(picking_of.get(self.orders[name])) for name in names}

    def _validate(self, picking_id):
        if not picking_id:
            return "its transfer is cancelled"
        context = {"skip_sms": True}  # no message to the customer, of which it would ask
        try:
            asked = self.server.execute(
                "stock.picking", "button_validate", [picking_id], context=context
            )
        except RuntimeError as error:
            return str(error)
        assert asked is True, asked
        return None

    def cancel_here_alone(self, *names):
        """Cancel orders as a seller who does not have the marketplace told."""
        for name in names:
            wizard = self.server.execute(
                "marketplace.order.cancel", "create", {"order_id": self.orders[name]}
            )
            self.server.execute("marketplace.order.cancel", "action_cancel_order", [wizard])

    def pass_time(self, **time):
        """Odoo, which does not run, has not done so for this long."""
        with reading(self.server) as cr:
            cr.execute("UPDATE ir_cron SET lastcall = lastcall - %s", [timedelta(**time)])

    # -- What both sides say ----------------------------------------------------------------------

    def states(self):
        """``{name: (state there, state here, how much has left, states of receipts)}``."""
        there = self.simulator.control("GET", "states")
        with reading(self.server) as cr:
            cr.execute(
                """
                SELECT sale.marketplace_order_id, sale.state,
                       COALESCE((SELECT sum(move.quantity) FROM stock_move move
                         JOIN sale_order_line line ON line.id = move.sale_line_id
                        WHERE line.order_id = sale.id AND move.state = 'done'), 0),
                       ARRAY(SELECT receipt.state FROM marketplace_cancellation_receipt receipt
                              WHERE receipt.sale_order_id = sale.id)
                  FROM sale_order sale WHERE sale.marketplace_account_id = %s
                """,
                [self.marketplace.account_id],
            )
            here = {name: tuple(row) for name, *row in cr.fetchall()}
        return {name: (there[name]["status"], *here[name]) for name in self.orders}

    def differences(self):
        """What of the orders the two sides do not agree on, and nobody is asked about."""
        for name, (there, state, _left, receipts) in self.states().items():
            is_cancelled = there in CANCELLED_THERE
            is_asked_about = is_cancelled and state == "sale" and "evaluating" in receipts
            if is_cancelled != (state == "cancel") and not is_asked_about:
                yield f"{name}: {there} there, {state} here, receipts {receipts}"
            elif there not in CANCELLED_THERE | {"ready-for-handling", "handling", "invoiced"}:
                yield f"{name}: still {there}"

    def told(self):
        """``{name: how often the marketplace was told what}`` of this and that order."""
        states = self.simulator.control("GET", "states")
        return {name: states[name]["told"] for name in self.orders if states[name]["told"]}

    def wait(self, is_so, timeout):
        """Until ``is_so`` returns something true."""
        deadline = time.monotonic() + timeout
        while not is_so():
            assert time.monotonic() < deadline, "".join(
                line for line in self.server.log if "jsonrpc" not in line
            )
            time.sleep(0.2)
