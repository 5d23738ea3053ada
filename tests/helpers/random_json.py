"""Random JSON documents for tests, with whatever JSON can carry."""

import json

from .random_examples import st


def texts():
    """Texts with everything that JSON can carry: NUL, lone surrogates, any plane."""
    return st.text(st.characters(exclude_categories=())) | st.text("1\x00\ud800 \u2028é😀")


def json_values(max_leaves=100):
    """Any value: nothing, truth values, numbers (some of which JSON has not), texts, nested."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts()
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner) | st.dictionaries(texts(), inner),
        max_leaves=max_leaves,
    )


def json_texts(documents):
    """The documents of the strategy ``documents``, written down."""
    return documents.map(json.dumps)


def json_bytes(documents):
    """The same as bytes."""
    return json_texts(documents).map(str.encode)
