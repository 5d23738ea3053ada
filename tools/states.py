"""Every set of states that the code uses, defined once.

Of receipts (``marketplace.cancellation.receipt``) first, then of calls to a marketplace
(``marketplace.outbound.call``). The screens' JavaScript gets them from the server.
"""

#: What has become of a request, as people read it.
RECEIPT_STATES = [
    ("received", "Received"),
    ("waiting", "Waiting for the Order"),
    ("mismatch", "Two Orders Named"),
    ("failed", "Failed"),
    ("evaluating", "Needs a Decision"),
    ("queued", "About to Be Cancelled"),
    ("cancelled", "Cancelled"),
    ("refused", "Refused"),
    ("kept", "Kept Open"),
]
#: A receipt's order must not be shipped, see also :data:`HOLDING_BY_NAME`.
HOLDING = ("evaluating", "queued", "failed")
#: A receipt holds whichever order has its ID: nobody has looked the order up yet, or it was not
#: there.
HOLDING_BY_NAME = ("received", "waiting")
#: A person may decide. Somebody was asked to.
UNDECIDED = ("evaluating", "failed")
#: There is no answer that every repeat gets: a repeat is settled anew.
UNANSWERED = ("received", "waiting", "mismatch", "failed")
#: States that may last for ever, without anybody who could do anything about it; a person may mark
#: such a receipt as resolved.
UNSETTLED = ("waiting", "failed", "mismatch")
#: A receipt is settled: nobody has to do anything about it any more. One that names two orders is
#: not, somebody has to look at it.
FINAL = ("cancelled", "refused", "kept")
#: Nothing is settled yet.
NOT_FINAL = ("evaluating", "failed", "mismatch", "waiting", "received", "queued")
#: The marketplace was told that the order is cancelled.
CONFIRMED = ("cancelled", "kept")
#: Whether the marketplace knows that the order is cancelled, as people read it.
TOLD_STATES = [("none", "Not needed"), ("untold", "Not yet told"), ("told", "Told")]
#: How it knows.
TOLD_HOW = [
    ("answer", "The answer to a call"),
    ("call", "A call of ours"),
    ("there", "It has cancelled the order itself"),
    ("person", "A person"),
]
#: The order is cancelled, or about to be.
CALLED_OFF = ("cancelled", "queued")

#: What has become of a change, which takes a part out of an order. States of their own: who looks
#: for cancellations of whole orders does not find them.
PART_STATES = [
    ("part_received", "Part: Received"),
    ("part_waiting", "Part: Waiting"),
    ("part_failed", "Part: Failed"),
    ("part_evaluating", "Part: Needs a Decision"),
    ("part_agreed", "Part: Agreed"),
    ("part_cancelled", "Part Cancelled"),
    ("part_refused", "Part Refused"),
    ("part_kept", "Part Kept"),
    ("part_withdrawn", "Part Withdrawn"),
]
#: A change is not settled: its lines must not be shipped, nor its order be invoiced.
PART_OPEN = ("part_received", "part_waiting", "part_failed", "part_evaluating", "part_agreed")
#: A person may decide on a change. Somebody was asked to.
PART_UNDECIDED = ("part_evaluating", "part_failed")
#: A change is settled.
PART_FINAL = ("part_cancelled", "part_refused", "part_kept", "part_withdrawn")
#: Nothing has come of a change: what the marketplace shows is another one, unless it says which.
PART_NOTHING = ("part_refused", "part_withdrawn")
#: A change may stay like this for ever; a person may mark its receipt as resolved.
PART_UNSETTLED = ("part_waiting", "part_failed")

#: What an order or a transfer has to tell of a cancellation, in a word or two.
NOTICES = [
    ("hold", "On Hold"),
    ("undecided", "Undecided"),  # of a transfer that somebody has cancelled meanwhile
    ("cancelled", "Cancelled"),
    ("after", "Order Cancelled"),  # of a transfer that was done before, or brings goods back
    ("refused", "Refused"),
    ("kept", "Kept Open"),
]
#: What they have to tell of a change of a part of an order.
PART_NOTICES = [
    ("part_hold", "Partly on Hold"),
    ("part_hold_all", "On Hold"),  # a change of a part concerns whatever is on the document
    ("part", "Changed"),
    ("part_refused", "Change Refused"),
    ("part_kept", "Items Kept"),
]

#: What a marketplace is told, and what has become of it, as people read it.
CALL_KINDS = [
    ("deny", "Deny the cancellation"),
    ("invoice", "Send the invoice"),
    ("return", "Send the return invoice"),
    ("cancel", "Cancel the order"),
]
CALL_STATES = [
    ("waiting", "Waiting for the Invoice"),
    ("pending", "To Send"),
    ("sent", "Sent"),
    ("failed", "Refused"),
    ("expired", "Not Accepted in Time"),
    ("given_up", "Given Up"),
    ("obsolete", "Not Needed"),
]
#: Calls that carry an invoice or a credit note.
CALL_DOCUMENTS = ("invoice", "return")
#: Calls that tell of an order, whichever request has led to them. All others are of their request.
CALL_OF_ORDER = (*CALL_DOCUMENTS, "cancel")
#: The marketplace has not been told of a call yet, and still is to be.
CALL_OPEN = ("waiting", "pending")
#: A user may send a call again.
CALL_ENDED_BADLY = ("failed", "expired", "given_up")
#: A call is still to be sent, or a person has to act.
CALL_UNTOLD = (*CALL_OPEN, "failed", "expired")
