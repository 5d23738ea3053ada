"""What a button shows when it has done its work."""

from typing import Any


def notification(kind: str, title: str, message: str, **params: Any) -> dict[str, Any]:
    """The client's action that shows a message.

    :param kind: ``success``, ``info``, ``warning`` or ``danger``
    :param params: more of what Odoo's ``display_notification`` takes
    """
    params |= {"type": kind, "title": title, "message": message}
    return {"type": "ir.actions.client", "tag": "display_notification", "params": params}
