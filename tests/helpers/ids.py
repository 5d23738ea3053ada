"""Texts that cannot be the ID of an order at a marketplace."""

#: What importers leave around an ID.
AROUND = (
    " ", "\t", "\n", "\r\n", "\x0b", "\x00", "\x85", "\xa0", "\u2003", "\u2028", "\u200b", "\u200e",
    "\u2060", "\u202e", "\u3000", "\ufeff", " \u200b\n ",
)  # fmt: skip
#: What nobody sees inside of an ID, or sees as something else.
INSIDE = (
    "\t", "\n", "\x1b", "\x7f", "\x85", "\xa0", "\xad", "\u034f", "\u061c", "\u200b", "\u200d",
    "\u200f", "\u2009", "\u2028", "\u202e", "\u2066", "\u3164", "\ufe0f", "\ufeff", "\uffff",
)  # fmt: skip
STEPS = (".", "..")
