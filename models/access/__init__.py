from . import (
    admission,
    called,
    credential,
    endpoint,
    rejection,
    rotation,
    settings,
    signature,
)
