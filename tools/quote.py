"""What somebody has written, inside of a sentence of ours."""


def quoted(text: str) -> str:
    """``text`` as it stands between quotation marks that a full stop follows: without its own.

    Other marks at its end stay, and so does an ellipsis.
    """
    words = text.strip()
    return words[:-1] if words.endswith(".") and not words.endswith("..") else words
