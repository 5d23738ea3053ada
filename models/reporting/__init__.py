from . import (
    figures,
    overview,
    dashboard,
    digest,
)
