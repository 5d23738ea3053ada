from . import (
    account,
    connection,
    documents,
    pause,
    outbound_call,
    sending,
    call_document,
    order,
    lines,
    invoice,
    invoice_document,
)
