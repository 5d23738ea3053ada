from odoo.exceptions import ValidationError
from odoo.fields import Date, Datetime
from odoo.tests import tagged

from ..helpers.changes import ChangeCase


@tagged("post_install", "-at_install")
class TestClosedPeriod(ChangeCase):
    """Orders whose transfers were due in a period that is closed by now: the late ones, which
    marketplaces cancel. Odoo changes nothing of such a transfer.
    """

    def late(self, name):
        order = self.order_of_both(name)
        order.picking_ids.move_ids.date = Datetime.subtract(Datetime.now(), days=9)
        self.env.flush_all()
        self.rewrite(self.company, fiscalyear_lock_date=Date.subtract(Date.today(), days=1))
        self.assertTrue(order.picking_ids._is_date_in_lock_period())
        return order

    def test_order_is_cancelled(self):
        for settlement in ("immediate", "background"):
            with self.subTest(settlement=settlement):
                self.account.settlement = settlement
                order = self.late(settlement)
                self.cancel_asking_nobody(order)
                self.run_cron("cron_settle_queued_1")
                self.assertCancelled(order)

    def test_part_is_taken_out(self):
        self.account.on_picking = "cancel"
        for picked in (False, True):
            with self.subTest(picked=picked):
                order = self.late(f"L-{picked}")
                order.picking_ids.move_ids.picked = picked
                self.ask_change(f"L-{picked}", remove=self.items(POT=1))
                self.confirm_change(f"L-{picked}")
                change = self.change_of(f"L-{picked}")
                self.assertEqual(change.state, "part_cancelled", change.error)
                self.assertEqual(self.ordered(order)["POT"], 2)

    def test_rest_is_as_ever(self):
        order = self.late("L-1")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.ship(order.picking_ids)
        order.write({"marketplace_order_id": False, "marketplace_account_id": False})
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            order.action_cancel()
