from odoo import models


class StockMove(models.Model):
    """Frees the goods of many moves without asking for the same things again for each."""

    _inherit = "stock.move"

    def _do_unreserve(self):
        """Look up once what is in stock, for all moves that a marketplace's cancellation frees.

        Odoo looks twice for each of them, unless it is given a `quants_cache`, as it gives itself
        when it ships (`stock.move.line._action_done`).
        """
        moves = self
        if "marketplace_receipt_ids" in self.env.context:
            moves = self.with_context(quants_cache=_QuantsByKey(self.env["stock.quant"].sudo()))
        return super(StockMove, moves)._do_unreserve()

    def _recompute_state(self):
        """Leave moves that are about to be cancelled as they are in between.

        To Odoo they are waiting for goods again, for as long as it takes to cancel them.
        """
        ending = self.env.context.get("marketplace_ending_move_ids", ())
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
        if len(found) > 1 and isinstance(self.env.context.get("quants_cache"), _QuantsByKey):
            plain = self.with_context(quants_cache=None)
            return super(StockQuant, plain)._gather(*args, **kwargs).with_env(self.env)
        return found

    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        """Lock a row once for all moves that are freed from it: it stays locked."""
        known = self.env.context.get("quants_cache")
        if limit != 1 or not isinstance(known, _QuantsByKey):
            return super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
        first = self[:1]
        if first.id in known.locked:
            return first
        locked = super().try_lock_for_update(allow_referencing=allow_referencing, limit=limit)
        known.locked.update(locked.ids)
        return locked


class _QuantsByKey(dict):
    """A `quants_cache` as `stock.quant._gather` takes it, filled where it is asked for something.

    Its keys are the IDs of product, location, lot, package and owner. It equals itself alone: Odoo
    takes environments of equal context for the same.
    """

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __init__(self, quants):
        super().__init__()
        self._quants = quants
        self.locked = set()  # IDs of rows that this transaction has locked

    def __missing__(self, key):
        product = self._quants.product_id.browse(key[0])
        location = self._quants.location_id.browse(key[1])
        self.update(self._quants._get_quants_by_products_locations(product, location))
        return self.setdefault(key, self._quants.browse())
