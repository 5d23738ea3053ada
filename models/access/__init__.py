from . import (
    admission,
    credential,
    credential_use,
    endpoint,
    limits,
    rotation,
    settings,
    signature,
    call_rate,
    signed_attempt,
)
