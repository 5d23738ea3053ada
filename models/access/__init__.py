from . import (
    admission,
    called,
    credential,
    endpoint,
    public_address,
    rejection,
    rotation,
    settings,
    signature,
)
