"""Who may call: endpoint, settings, credentials, addresses, limits and signatures."""

from . import (
    admission,
    called,
    credential,
    endpoint,
    public_address,
    rejection,
    rejection_advice,
    rotation,
    settings,
    signature,
)
