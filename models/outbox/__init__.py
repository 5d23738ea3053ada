from . import (
    account,
    connection,
    documents,
    pause,
    outbound_call,
    sending,
    call_document,
    on_hold,
    order,
    lines,
    invoice,
    invoice_document,
)
