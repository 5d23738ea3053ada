"""Orders that are cancelled at their marketplace, and that go on here after all."""

from .notices import CancelledCase
from .outbound import OutboundCase

PERHAPS = "Test Market may have been told that its order %s is cancelled: there was no answer."


class RevivedCase(OutboundCase, CancelledCase):
    def revive(self, order):
        order.action_draft()
        order.action_confirm()
        return order

    def revived(self, marketplace_order_id, *answers):
        """An order that was cancelled there, ``answers`` being what its marketplace answered, and
        goes on here."""
        order = self.order_of_three(marketplace_order_id)
        self.cancelled_here(order)
        self.marketplace.answers.extend(answers)
        self.send()
        self.marketplace.answers.clear()
        return self.revive(order)

    def assertHeld(self, order, why):
        """``order`` and its transfer say ``why``, and are found; nothing leaves."""
        self.env.invalidate_all()
        picking = self.open_pickings(order)
        for document, user in ((order, self.dora), (picking, self.walter)):
            theirs = document.with_user(user)
            self.assertEqual(theirs.marketplace_notice_kind, "hold")
            self.assertIn(why, theirs.marketplace_notice)
            self.assertEqual(theirs.marketplace_hold, theirs.marketplace_notice)
            self.assertIn(document, theirs.search([("marketplace_hold", "!=", False)]))
        self.assertStays(picking, why)

    def assertAsManyQueries(self, few, many):
        """To read what ``many`` orders and their transfers tell takes no more than of ``few``."""
        names = ("marketplace_notice", "marketplace_hold", "is_cancelled_there")
        counts = []
        for documents in (few, many, few.picking_ids, many.picking_ids):
            fields = [name for name in names if name in documents._fields]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            documents.browse(documents.ids).read(fields)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertEqual(counts[2], counts[3])

    def assertFree(self, order, kind=False):
        self.env.invalidate_all()
        picking = self.open_pickings(order)
        for document, user in ((order, self.dora), (picking, self.walter)):
            theirs = document.with_user(user)
            self.assertEqual(theirs.marketplace_notice_kind, kind)
            self.assertFalse(theirs.marketplace_hold)
            self.assertNotIn(document, theirs.search([("marketplace_hold", "!=", False)]))
        self.ship(picking)
        self.assertEqual(picking.state, "done")
