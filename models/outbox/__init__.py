from . import (
    account,
    connection,
    documents,
    pause,
    outbound_call,
    sending,
    call_document,
    order,
    parcels,
    lines,
    invoice,
    invoice_document,
)
