"""Orders of one piece, for tests of what other modules do for orders."""

from odoo.fields import Command

from .warehouse import WarehouseCase


class WorkCase(WarehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end_programs()

    @classmethod
    def kinds(cls, prefix):
        """The names of all methods that begin with ``prefix``, without it."""
        return [name.removeprefix(prefix) for name in dir(cls) if name.startswith(prefix)]

    def order_by(self, method):
        """The order that ``method`` returns, read anew; or skip."""
        order = getattr(self, method)()
        self.env.flush_all()
        self.env.invalidate_all()
        return order

    def service(self, **values):
        return self.make_product("Course", type="service", is_storable=False, **values)

    def order_of(self, product, **line):
        """A confirmed order of one piece, or of ``line``."""
        values = {"product_id": product.id, "product_uom_qty": 1, **line}
        return self.make_order("W-1", confirm=True, order_line=[Command.create(values)])
