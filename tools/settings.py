"""What each request needs to know of its account."""

from typing import NamedTuple

from .decision import Policy
from .inbound.credentials import Key
from .network import Network


class Settings(NamedTuple):
    """Settings of an account as every worker keeps them in memory.

    :param allowed_networks: empty for everywhere
    :param keys: one for each of its credentials
    """

    name: str
    active: bool
    company_id: int
    lang: str
    tz: str
    date_format: str
    authentication: str
    allow_query_token: bool
    rate_limit: int
    allowed_networks: tuple[Network, ...]
    is_paused: bool
    settlement: str
    background_after: int
    cancellation_window: int
    policy: Policy
    keys: tuple[Key, ...]
