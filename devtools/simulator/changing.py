"""What becomes of the changes of an order? Each method is one step under one lock.

Source: protocol page, "Part of an order: Order modifications". A change waits for the seller's
acknowledgement, then for its confirmation, and only then is it done; that of a VTEX store's own
order is done at once.
"""

import time

from . import changes, states
from .change_effect import applied
from .invoices import OUTPUT
from .orders import FULFILLMENT, now_text
from .refusal import Refusal
from .steps import Steps

#: Known issue 1348894: an invoice comes while a change is open.
INVOICED_EARLY = "invoiced before the change was done"
#: Known issue 1219914: two lines have the same SKU.
NOT_TOLD_APART = "two lines have this SKU, and the change does not say which is meant"


class Changing(Steps):
    """The orders, and how parts of them are taken out, exchanged and added.

    :param settings: function that returns the marketplace's settings
    """

    def __init__(self, changed, clock, notify, settings):
        super().__init__(changed, clock, notify)
        self._settings = settings

    # -- Somebody wants a change -----------------------------------------------------------------

    def change(self, order_id, body, by=changes.SHOPPER, any_state=False, silently=False):
        """Make a :class:`.changes.Change`; that of a VTEX store's order is done at once.

        :param any_state: whatever the order's state
        :param silently: the hook is not told
        """
        change = changes.parse(body, by)
        with self._step():
            order = self.get(order_id)
            if not any_state:
                self._check_may_change(order, change)
            lines, is_clear = applied(change, order.items, self._settings().same_sku)
            change.date, change.value = now_text(), self._value(order, change, lines)
            if not is_clear and self._settings().same_sku == "stuck":
                change.stuck = NOT_TOLD_APART
            order.changes.append(change)
            order.tell(f"the {by} wants a change: {change.reason}")
            if order.domain == FULFILLMENT and not change.stuck:
                self._apply(order, change, silently)
            return change

    def _check_may_change(self, order, change):
        if order.open_change:
            raise changes.refused(14, "Change In Progress.")
        _check_not_invoiced(order, change)
        if order.state not in states.CHANGEABLE:
            words = ", ".join(sorted(states.CHANGEABLE))
            message = f"Invalid change for order: it is {order.state}, not one of {words}."
            raise Refusal(400, "CHK0124", message)

    def _value(self, order, change, lines):
        """By how much the total grows; notes what of that the items are."""
        items = sum(line.quantity * line.price for line in lines) - order.total_of_items
        change.totals = [{"id": "Items", "name": "Items Total", "value": items}]
        if change.manual_value:
            manual = {"id": "ManualValues", "name": "Manual Values Total"}
            change.totals.append({**manual, "value": change.manual_value})
        return items + change.manual_value

    def _apply(self, order, change, silently=False):
        """The lines and totals of the order become those after the change."""
        order.items, _is_clear = applied(change, order.items, self._settings().same_sku)
        order.adjustment += change.manual_value
        self._note(order, change, changes.DONE, "the change is done")
        if order.state == states.INVOICE and order.is_wholly_invoiced:
            order.follow("finish-invoice", silently=silently)
        else:
            order.changed(order, order.status, silently)

    def _note(self, order, change, status, what):
        change.status = status
        change.logs.append({"date": now_text(), "status": status, "message": what})
        order.tell(f"{what} ({change.reason})")

    # -- The marketplace calls -------------------------------------------------------------------

    def calling(self, change, agreement):
        """Note that the seller is being called about a change."""
        with self._step():
            if changes.AWAITED.get(change.status) == agreement:
                change.is_due = False  # but not by a double of the call before
            change.calls[agreement] += 1
            change.last_call = time.monotonic()

    def heard(self, order_id, change, verdict, other_id=None):
        """Note the seller's answer.

        :param other_id: the ID that the seller has given the change
        :return: what the answer contradicts, as sentences
        """
        with self._step():
            change.heard, change.last_call = verdict.kind, time.monotonic()
            self.get(order_id).tell(f"the seller's answer on the change: {verdict.text}")
            if not other_id or other_id == change.id:
                return []
            if change.other_id not in (None, other_id):
                return [f"the change was {change.other_id} before, and is {other_id} now"]
            change.other_id = other_id
            return []

    def due_changes(self, every):
        """Orders and changes of which the seller is to be told now.

        :param every: seconds between two calls on what the seller has not agreed to; 0: none
        """
        with self._lock:
            return [
                (order, change)
                for order in self._orders.values()
                if (change := order.open_change) and _is_due(change, every)
            ]

    # -- The seller calls ------------------------------------------------------------------------

    def find_change(self, order_id, change_id):
        """The order and its change; the seller's own ID is known, too, if it has to be."""
        order = self.get(order_id)
        knows_others = self._settings().change_id == "none"
        for change in order.changes:
            if change_id == change.id or (knows_others and change_id == change.other_id):
                return order, change
        raise changes.not_found(change_id)

    def agree(self, order_id, change_id, agreement):
        """The seller has acknowledged, or confirms, a change; return the change."""
        if agreement not in changes.AGREEMENTS:
            raise changes.refused(35, f"The {agreement} is not a valid Agreement Type.")
        with self._step():
            order, change = self.find_change(order_id, change_id)
            if change.status == changes.CANCELED:
                raise wrong_status(change)
            if changes.AWAITED.get(change.status) == agreement:
                self._go_on(order, change)
            elif change.status == changes.WAITING_ACKNOWLEDGEMENT:
                raise wrong_status(change)
            else:
                self._came_again(order, change)
            return change

    def _go_on(self, order, change):
        if change.status == changes.WAITING_ACKNOWLEDGEMENT:
            what = "the seller has acknowledged the change"
            self._note(order, change, changes.WAITING_CONFIRMATION, what)
            change.is_due = self._settings().change_second != "lost"
            return
        if change.stuck:
            raise Refusal(400, "stuck", f"The change is stuck: {change.stuck}.")
        _check_not_invoiced(order, change)
        self._apply(order, change)

    def _came_again(self, order, change):
        order.told["again"] += 1
        if self._settings().repeat_agreement == "refused":
            raise wrong_status(change)

    def withdraw(self, order_id, change_id, reason, by=changes.SELLER):
        """Cancel a change, which is impossible once it is done."""
        with self._step():
            order, change = self.find_change(order_id, change_id)
            if change.status == changes.DONE:
                raise wrong_status(change)
            if not change.is_open:
                self._came_again(order, change)
                return
            change.is_due = False
            what = f"the {by} cancels the change: {reason}"
            self._note(order, change, changes.CANCELED, what)

    def retry(self, order_id, change_id):
        """Call the seller again about a change that is open."""
        with self._step():
            _order, change = self.find_change(order_id, change_id)
            if not change.is_open:
                raise wrong_status(change)
            change.is_due = True


def wrong_status(change):
    return Refusal(400, "wrong-status", f"The change {change.id} is {change.status}.")


def _check_not_invoiced(order, change):
    """Nothing can be taken out of what is invoiced; others of the same SKU can."""
    left = order.open_quantities(OUTPUT)
    for part in change.taken:
        left[part.sku] -= part.quantity
        if order.invoices and left[part.sku] < 0:
            message = "The order change is not allowed after the item invoice has been issued."
            raise changes.refused(46, message)


def _is_due(change, every):
    if change.is_due:
        return True
    was_heard = change.calls and change.heard not in ("refused", "final")
    return bool(every and was_heard and time.monotonic() - change.last_call >= every)
