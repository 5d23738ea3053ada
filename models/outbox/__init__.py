"""Calls to the marketplace: connection, documents, sending, attempts and pauses."""

from . import (
    account,
    connection,
    documents,
    pause,
    outbound_call,
    attempt,
    sending,
    send_now,
    answers,
    call_document,
    order,
    progress,
    lines,
    invoice,
    invoice_document,
)
