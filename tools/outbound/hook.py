"""A VTEX store's Orders hook: how it is set up there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..members import member, read_document


@dataclass(frozen=True)
class HookConfig:
    """What calls whom, and when.

    :param url: what is called
    :param headers: what each call brings; they hold secrets
    :param states: of which states of orders it tells; empty if it goes by something else
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    states: tuple[str, ...] = ()

    @classmethod
    def from_text(cls, text: str) -> "HookConfig | None":
        """Read the answer to reading the hook.

        :return: None if it says that there is none: it is empty, or names no address
        :raise ValueError: if it cannot be understood; so there may be one, somebody else's as well
        """
        if text.strip() in ("", "null"):
            return None
        document = read_document(text)
        hook = member(document, "hook")
        if not any(document.values()):
            return None
        if not isinstance(hook, dict):
            raise ValueError("no hook")
        url = member(hook, "url")
        if url in (None, ""):
            return None
        if not isinstance(url, str):
            raise ValueError("no address")
        return cls(url, _headers(member(hook, "headers")), _states(member(document, "filter")))

    @property
    def shown_url(self) -> str:
        """Its address without what may hold a secret: somebody else's token, say."""
        return self.url.partition("?")[0]

    @property
    def key(self) -> str | None:
        """The app key that each call brings, None if that is not told."""
        keys = {name.lower(): value for name, value in self.headers.items()}
        return keys.get("x-vtex-api-appkey") or None

    def tells_of(self, states: Iterable[str]) -> bool:
        """Whether it tells of all ``states``; one that goes by something else is taken to do so."""
        return not self.states or set(states) <= set(self.states)

    def is_ours(self, url: str) -> bool:
        """Whether the hook calls ``url``, however that is written."""
        return _plain(self.url) == _plain(url)


def _headers(value: object) -> dict[str, str]:
    members = value if isinstance(value, dict) else {}
    return {name: text for name, text in members.items() if isinstance(text, str)}


def _states(value: object) -> tuple[str, ...]:
    states = member(value, "status") if isinstance(value, dict) else None
    if not isinstance(states, list):
        return ()
    return tuple(state for state in states if isinstance(state, str))


def _plain(url: str) -> tuple[object, ...]:
    """What of an address makes a difference; case in its host does not, nor does a slash behind."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
        return parts.scheme, parts.hostname, port, parts.path.rstrip("/"), parts.query
    except ValueError:
        return (url,)
