"""Random work on two orders that share their places, much of it by transfers that name no order.

The test keeps its own account of whose goods are where. Whatever was done: no more is brought back
than the cancelled order's, the other order's goods stay, and somebody is asked about what is not
brought back. ``./dev test --long`` tries more stories, and other ones each time.
"""

from collections import Counter, defaultdict
from typing import NamedTuple
from unittest import skipUnless

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...tools.decision import Shipped
from ..helpers.random_examples import given, note, st
from ..helpers.stories import ImpossibleError, ShopCase
from ..helpers.warehouse import DELIVERY_STEPS

WORK = (*["transfer"] * 6, "transfer_only", "unreserve", "reserve", "put_in_pack")
DEEDS = (*WORK, "give_back", "announce_return", "order_less", "order_less", "put_back")
DEEDS += ("scrap", "scrap_of_transfer", "carry", "carry", "announce_carrying")
DEEDS += ("send_back_for_line", "send_back_for_order", "send_back", "send_back")


class Story(NamedTuple):
    steps: str
    lines: list  # of both orders: (number of the product, quantity)
    other: list
    deeds: list  # (name, whether it is done to the other order, to which document, how much)
    ready: bool  # whether returns are


def stories():
    def deed(names):
        return st.tuples(
            st.sampled_from(names), st.booleans(), st.integers(0, 3), st.none() | st.integers(1, 4)
        )

    line = st.tuples(st.integers(0, 2), st.integers(1, 6))
    lines = st.lists(line, min_size=1, max_size=2)
    deeds = st.tuples(*[deed(WORK)] * 3, *[st.none() | deed(DEEDS)] * 7)
    return st.builds(
        Story,
        steps=st.sampled_from(("one", *["two"] * 3, *["three"] * 2)),
        lines=lines,
        other=lines,
        deeds=deeds.map(lambda deeds: [deed for deed in deeds if deed]),
        ready=st.booleans(),
    )


class Truth:
    """Whose goods are where: ``{(location, product, lot, owner, package): {order: quantity}}``."""

    def __init__(self):
        self.there = defaultdict(Counter)

    def move(self, line, order):
        """``line`` has moved goods for ``order``; what it has not got there was the other's."""
        kind = (line.product_id, line.lot_id, line.owner_id)
        source = self.there[(line.location_id, *kind, line.package_id)]
        left = line.quantity_product_uom
        for owner in sorted(source, key=lambda owner: owner != order):
            taken = min(source[owner], left)
            source[owner] -= taken
            left -= taken
        target = self.there[(line.location_dest_id, *kind, line.result_package_id)]
        target[order] += line.quantity_product_uom

    def of(self, order):
        return Counter({key: orders[order] for key, orders in self.there.items() if orders[order]})


class GoodsStoryCase(ShopCase):
    """Plays stories: each deed is a method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consignor = cls.env["res.partner"].create({"name": "An Owner"})
        cls.places = cls.output_location | cls.pack_location | cls.customer_location

    def play(self, story):
        self.warehouse.delivery_steps = DELIVERY_STEPS[story.steps]
        self.account.return_state = "ready" if story.ready else "draft"
        stock = self.env["stock.quant"]
        for product in self.products:
            for lot in self.lots.get(product, [None]):
                for owner in (self.consignor, None):
                    stock._update_available_quantity(
                        product, self.stock_location, 4, lot_id=lot, owner_id=owner
                    )
        self.truth, self.seen = Truth(), self.done_lines()
        orders = [self.order_of(story.lines, "CANCELLED"), self.order_of(story.other, "OTHER")]
        for name, to_other, which, how_much in story.deeds:
            order = orders[to_other]
            try:
                with self.env.cr.savepoint():
                    getattr(self, name)(order, which, how_much)
            except (ImpossibleError, UserError) as error:
                note(f"{name} was not possible: {error}")
            self.keep_account(order)
        self.env.invalidate_all()
        return orders

    def order_of(self, lines, marketplace_order_id):
        order_line = [
            Command.create({"product_id": self.products[number].id, "product_uom_qty": quantity})
            for number, quantity in lines
        ]
        return self.make_order(marketplace_order_id, confirm=True, order_line=order_line)

    def done_lines(self):
        return self.env["stock.move.line"].search(
            [("state", "=", "done"), ("product_id", "in", self.products.ids)], order="id"
        )

    def keep_account(self, order):
        lines = self.done_lines()
        for line in lines - self.seen:
            self.truth.move(line, order)
        self.seen = lines

    # -- Deeds ------------------------------------------------------------------------------------

    def some_of(self, order, places, which, how_much):
        """``(location, product, lot, owner, package, quantity)`` of goods that are the order's."""
        found = [(*key, left) for key, left in self.truth.of(order).items() if key[0] in places]
        if not found:
            raise ImpossibleError("There are none.")
        *key, left = found[which % len(found)]
        return (*key, min(left, how_much or left))

    def by_hand(self, goods, target, picking_type, validate=True, move=None, **values):
        """A transfer of ``goods`` to ``target`` that is linked to nothing."""
        source, product, lot, owner, package, quantity = goods
        ends = {"location_id": source.id, "location_dest_id": target.id}
        line = {
            **ends,
            "product_id": product.id,
            "lot_id": lot.id,
            "owner_id": owner.id,
            "package_id": package.id,
            "quantity": quantity,
        }
        own = {
            **ends,
            **(move or {}),
            "product_id": product.id,
            "product_uom_qty": quantity,
            "move_line_ids": [Command.create(line)],
        }
        picking = self.env["stock.picking"].create(
            {
                **ends,
                **values,
                "picking_type_id": picking_type.id,
                "move_ids": [Command.create(own)],
            }
        )
        picking.action_confirm()
        if validate:
            picking.move_ids.picked = True
            picking._action_done()

    def put_back(self, order, which, _how_much):
        back = self.open_pickings(order, to=self.stock_location)
        self.ship(self.one_of(back.filtered(lambda one: one.state == "assigned"), which))

    def carry(self, order, which, how_much, validate=True):
        goods = self.some_of(order, self.output_location | self.pack_location, which, how_much)
        self.open_pickings(order).do_unreserve()
        self.by_hand(goods, self.stock_location, self.warehouse.int_type_id, validate)

    def announce_carrying(self, order, which, how_much):
        self.carry(order, which, how_much, validate=False)

    def scrap(self, order, which, how_much, of_transfer=False):
        goods = self.some_of(order, self.output_location | self.pack_location, which, how_much)
        source, product, lot, owner, package, quantity = goods
        self.open_pickings(order).do_unreserve()
        self.env["stock.scrap"].create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "owner_id": owner.id,
                "package_id": package.id,
                "scrap_qty": quantity,
                "location_id": source.id,
                "picking_id": of_transfer and self.open_pickings(order)[:1].id,
            }
        ).do_scrap()

    def scrap_of_transfer(self, order, which, how_much):
        self.scrap(order, which, how_much, of_transfer=True)

    def send_back(self, order, which, how_much, **links):
        goods = self.some_of(order, self.customer_location, which, how_much)
        links.setdefault("partner_id", self.partner.id)
        self.by_hand(goods, self.stock_location, self.warehouse.in_type_id, **links)

    def send_back_for_order(self, order, which, how_much):
        self.send_back(order, which, how_much, sale_id=order.id)

    def send_back_for_line(self, order, which, how_much):
        goods = self.some_of(order, self.customer_location, which, how_much)
        line = order.order_line.filtered(lambda line: line.product_id == goods[1])[:1]
        self.by_hand(
            goods, self.stock_location, self.warehouse.in_type_id, move={"sale_line_id": line.id}
        )

    # -- What is to be seen -----------------------------------------------------------------------

    def by_place(self, counter):
        """``{(location, product): quantity}`` of what is in a place that is looked after."""
        found = Counter()
        for (location, product, *_kind), quantity in counter.items():
            if location in self.places:
                found[location, product] += quantity
        return found

    def announced_by(self, order):
        """``{(location, product): quantity}`` that open transfers are to bring to stock."""
        found = Counter()
        for move in order.order_line.move_ids:
            if (
                move.state not in ("done", "cancel")
                and move.location_dest_id == self.stock_location
            ):
                found[move.location_id, move.product_id] += move.product_qty
        return found

    def condition(self, order):
        return order.order_line.move_ids.sorted("id").read(["state", "quantity"])


@skipUnless(given, "hypothesis is not installed")
@tagged("post_install", "-at_install")
class TestAnyGoods(GoodsStoryCase):
    def test_goods_of_two_orders(self):
        self.for_all(stories(), lambda story: self.check(*self.play(story)), 25)

    def check(self, order, other):
        self.check_facts(order)
        self.env.invalidate_all()
        stock, condition_of_other = self.stock(), self.condition(other)
        receipt = self.cancel(order)
        self.env.invalidate_all()
        self.assertEqual(self.condition(other), condition_of_other)
        self.assertEqual(self.stock(), stock)
        announced = self.announced_by(order)
        returns = receipt.return_picking_ids
        for move in returns.move_ids:
            announced[move.location_id, move.product_id] -= move.product_qty
        self.check_proposed(order, returns, announced)
        self.check_carried_out(order, other, returns)

    def check_facts(self, order):
        """What is at the customer, or on its way there, is known when a person decides."""
        facts, own = self.facts(order), self.by_place(self.truth.of(order))
        there = {location for location, _product in own - self.announced_by(order)}
        if facts.shipped is Shipped.NOTHING:
            at_customer = [key for key in own if key[0] == self.customer_location]
            self.assertFalse(at_customer)
        if not facts.picking:
            self.assertFalse(there & set(self.places - self.customer_location))

    def check_proposed(self, order, returns, announced):
        """No more than the order's own; of the rest, a person knows."""
        own, proposed = self.by_place(self.truth.of(order)), Counter()
        for move in returns.move_ids:
            proposed[move.location_id, move.product_id] += move.product_qty
        self.assertFalse(proposed - own, "More is proposed than is the order's.")
        if own - proposed - announced:
            self.assertTrue(order.activity_ids, "Nobody knows of what is left there.")

    def check_carried_out(self, order, other, returns):
        """As printed, returns take the order's own goods, each lot and owner's, and no others."""
        own = Counter()
        for (*kind, _package), quantity in self.truth.of(order).items():
            own[tuple(kind)] += quantity
        self.validate(returns)
        taken = Counter()
        for line in returns.move_line_ids:
            taken[line.location_id, line.product_id, line.lot_id, line.owner_id] += (
                line.quantity_product_uom
            )
        self.assertFalse(taken - own, "Goods are taken that are not the order's.")
        self.keep_account(order)
        for key, quantity in self.truth.of(other).items():
            location, product, lot, owner, _package = key
            if location in self.places - self.customer_location:
                kind = [("location_id", "=", location.id), ("product_id", "=", product.id)]
                kind += [("lot_id", "=", lot.id), ("owner_id", "=", owner.id)]
                there = sum(self.env["stock.quant"].search(kind).mapped("quantity"))
                self.assertGreaterEqual(there, quantity, "The other order's goods are gone.")
