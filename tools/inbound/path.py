"""Which addresses are the endpoint's: another addon may have others below ``/marketplace/``."""

import re

_OWN = re.compile(
    r"/+marketplace/+(?:openapi\.json|[^/]+/+(?:(?:pvt|api)(?:/.*)?|hook/*))",
    re.IGNORECASE | re.DOTALL,
)


def is_own(path: str) -> bool:
    """Whether ``path`` (decoded) is the endpoint's, or would be but for capitals and slashes."""
    return bool(_OWN.fullmatch(path))
