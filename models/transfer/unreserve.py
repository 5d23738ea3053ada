from collections import defaultdict
from functools import partial
from itertools import product as every_pair

from odoo import api, models
from odoo.tools import SQL

from ...tools.queries import LOCK_STOCK
from ...tools.trusted_context import MarketplaceCancellation


class StockMove(models.Model):
    """Frees the goods of many moves without asking for the same things again for each."""

    _inherit = "stock.move"

    def _do_unreserve(self):
        """Free what all these moves have reserved of the same goods at once.

        Odoo looks for the stock and changes it for each line of each move. Of moves that are about
        to be cancelled the goods are freed last of all, before the commit: as long as somebody has
        a row of the stock locked, Odoo books what others ship in a second row, and their
        reservation stays in the first one.
        """
        cancellation = MarketplaceCancellation.of(self.env)
        if not cancellation:
            return super()._do_unreserve()
        freed = _Freed(self.env["stock.quant"].sudo())
        result = super(StockMove, self.with_context(quants_cache=freed))._do_unreserve()
        quants = self.env["stock.quant"].with_context(quants_cache=freed)
        take_back = partial(quants._take_back, freed)
        if set(self.ids) <= set(cancellation.ending_move_ids):
            self.env.cr.precommit.add(take_back)
        else:
            take_back()
        return result

    def _recompute_state(self):
        """Leave moves that are about to be cancelled as they are in between.

        To Odoo they are waiting for goods again, for as long as it takes to cancel them.
        """
        cancellation = MarketplaceCancellation.of(self.env)
        ending = cancellation.ending_move_ids if cancellation else ()
        moves = self.filtered(lambda move: move.id not in ending) if ending else self
        return super(StockMove, moves)._recompute_state()

    def _create_analytic_move(self):
        """Read what Odoo needs for all moves at once.

        They get here from a deletion of their lines, after which each would read for itself alone.
        """
        return super(StockMove, self.with_prefetch())._create_analytic_move()


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _gather(self, *args, **kwargs):
        """Take several rows of the same goods in the order in which Odoo reserves from them."""
        found = super()._gather(*args, **kwargs)
        if len(found) > 1 and isinstance(self.env.context.get("quants_cache"), _Freed):
            plain = self.with_context(quants_cache=None)
            return super(StockQuant, plain)._gather(*args, **kwargs).with_env(self.env)
        return found

    @api.model
    def _update_reserved_quantity(
        self,
        product_id,
        location_id,
        quantity,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=True,
    ):
        """Keep in mind what is to be freed, see :meth:`_take_back`."""
        freed = self.env.context.get("quants_cache")
        if not isinstance(freed, _Freed):
            return super()._update_reserved_quantity(
                product_id, location_id, quantity, lot_id, package_id, owner_id, strict
            )
        freed.quantities[product_id, location_id, lot_id, package_id, owner_id] += quantity
        return None

    @api.model
    def _take_back(self, freed):
        """Reduce the reservations by what was to be freed: each of the same goods once."""
        # super: addons whose override calls this model's have been asked for each line already
        update = super()._update_reserved_quantity  # pylint: disable=super-method-mismatch
        for (product, location, lot, package, owner), quantity in freed.lock_together():
            update(product, location, quantity, lot, package, owner)
        return True

    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        """Lock nothing again that :meth:`_take_back` has locked already."""
        freed = self.env.context.get("quants_cache")
        if allow_referencing and isinstance(freed, _Freed) and (own := self & freed.locked):
            return own[:limit]
        return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)


class _Freed(dict):
    """What is freed of which goods; and a `quants_cache` as `stock.quant._gather` takes it, filled
    where it is asked for something.

    Its keys are the IDs of product, location, lot, package and owner. It equals itself alone: Odoo
    takes environments of equal context for the same.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __init__(self, quants):
        super().__init__()
        self._quants = quants
        self._known = set()
        self.quantities = defaultdict(float)  # in the products' units, negative
        self.locked = quants.browse()

    def lock_together(self):
        """Read, and lock, the rows of all that is freed, with one statement each.

        It waits for a row that somebody else has locked.

        :return: ``(goods, quantity)`` of what is to be freed
        """
        freed = [(goods, quantity) for goods, quantity in self.quantities.items() if quantity]
        if not freed:
            return []
        env = self._quants.env
        products = env["product.product"].union(*(goods[0] for goods, _quantity in freed))
        locations = env["stock.location"].union(*(goods[1] for goods, _quantity in freed))
        self._read_rows(products, locations)
        keys = [tuple(own.id if own else False for own in goods) for goods, _quantity in freed]
        self.locked = self._quants.concat(*(self[key] for key in keys))
        # Not logged: whoever cancels does all of it again if a row has changed meanwhile.
        env.cr.execute(SQL(LOCK_STOCK, rows=self.locked.ids), log_exceptions=False)
        self.locked.mapped("quantity")  # or else each is read alone
        return [
            (
                (
                    product.with_prefetch(products.ids),
                    location.with_prefetch(locations.ids),
                    *others,
                ),
                quantity,
            )
            for (product, location, *others), quantity in freed
        ]

    def _read_rows(self, products, locations):
        self.update(self._quants._get_quants_by_products_locations(products, locations))
        self._known.update(every_pair(products.ids, locations.ids))

    def __missing__(self, key):
        if key[:2] not in self._known:
            env = self._quants.env
            product, location = env["product.product"], env["stock.location"]
            self._read_rows(product.browse(key[0]), location.browse(key[1]))
        return self.setdefault(key, self._quants.browse())
