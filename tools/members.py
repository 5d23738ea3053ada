"""JSON objects of a platform that writes names in different cases (``reason``, ``Reason``)."""

from collections.abc import Mapping

from .inbound.cancellation_request import load_object
from .inbound.problem import INVALID_FIELD, Problem


def read_document(text: str) -> dict[str, object]:
    """The JSON object that an answer consists of.

    :raise ValueError: if it is none
    """
    try:
        return load_object(text.encode())
    except Problem as problem:
        raise ValueError("no JSON object") from problem


def member(document: Mapping[str, object], name: str) -> object:
    """The member ``name``, whatever its case; the one that is written just so goes first.

    :return: None if there is none, or none that says anything
    """
    value = document.get(name)
    if value is not None:
        return value
    alike = (document[key] for key in document if key.lower() == name.lower())
    return next((value for value in alike if value is not None), None)


def only_member(document: Mapping[str, object], name: str, field: str = "") -> object:
    """The member ``name`` of what somebody asks for, as :func:`member`: none of two that say
    different things is left out.

    :param field: the place to complain about, ``name`` if it is left out
    :raise Problem: invalid-field, if it stands there twice, in different cases
    """
    alike = [key for key in document if key.lower() == name.lower() and document[key] is not None]
    if any(document[key] != document[alike[0]] for key in alike):
        place, names = field or name, " and ".join(alike)
        raise Problem(
            INVALID_FIELD,
            f"{place} stands there more than once, and says different things: {names}.",
            field=place,
        )
    return member(document, name)


def objects(value: object) -> list[dict[str, object]]:
    """The objects in ``value`` if it is a list; whatever else is in it is left out."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
