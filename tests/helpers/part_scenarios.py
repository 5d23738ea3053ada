"""What becomes of each kind of change, by the state of its lines and the policy: as a table."""

from typing import NamedTuple

#: The setting that decides on a state; any other state is decided on in one way only.
SETTINGS = {
    "locked": "on_locked",
    "picked": "on_picking",
    "output": "on_picking",
    "one_shipped": "on_partly_shipped",
    "shipped": "on_shipped",
    "one_back": "on_partly_shipped",
    "posted": "on_invoiced",
    "paid": "on_invoiced",
    "service": "on_committed",
}
#: By the state, and what the account wants. The order is of three pieces and two cups (in *twins*
#: with three more of the pieces), and the changes are:
#:
#: one, line, all: so much of the pieces is removed, or everything; twins: three pieces as *line*
#: swap: a piece is replaced by a bowl; add: a bowl is added
#: unknown: something is removed that no line sells; more: a piece more than was ordered
#:
#: Columns: what is decided (*whole*: the order is cancelled, since nothing would be left; after an
#: *asked*, once it is accepted), what each line says (*1-1*: of which one is to come back and
#: goes off the line then; *x*: the order is cancelled), what is still to leave of pieces, cups and
#: bowls (of a set: of pots, cups and bowls), what comes back of them and from where, documents
#: with amounts, and what the marketplace is told: (A)cknowledgment, (C)onfirmation, (W)ithdrawal.
TABLE = """
quotation
    one      done         2+2      0+0+0   -               -                    AC
    line     done         0+2      0+0+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    0+0+0   -               -                    AC
    add      asked:done   3+2+1    0+0+0   -               -                    AC
    unknown  refused      3+2      0+0+0   -               -                    W
    more     refused      3+2      0+0+0   -               -                    W
untouched
    one      done         2+2      2+2+0   -               -                    AC
    line     done         0+2      0+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+2+1   -               -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
locked cancel
    one      done         2+2      2+2+0   -               -                    AC
    line     done         0+2      0+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+2+1   -               -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
locked ask
    one      asked:done   2+2      2+2+0   -               -                    AC
    line     asked:done   0+2      0+2+0   -               -                    AC
    all      asked:whole  x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+2+1   -               -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
picked cancel
    one      done         2+2      2+2+0   -               -                    AC
    line     done         0+2      0+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+2+1   -               -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
picked ask
    one      asked:done   2+2      2+2+0   -               -                    AC
    line     asked:done   0+2      0+2+0   -               -                    AC
    all      asked:whole  x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+2+1   -               -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
output cancel
    one      done         2+2      2+2+0   output:1+0      -                    AC
    line     done         0+2      0+2+0   output:3+0      -                    AC
    all      whole        x        0+0+0   output:3+2      -                    AC
    swap     asked:done   2+2+1    2+2+1   output:1+0      -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
output ask
    one      asked:done   2+2      2+2+0   output:1+0      -                    AC
    line     asked:done   0+2      0+2+0   output:3+0      -                    AC
    all      asked:whole  x        0+0+0   output:3+2      -                    AC
    swap     asked:done   2+2+1    2+2+1   output:1+0      -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
one_shipped cancel
    one      done         2+2      1+2+0   -               -                    AC
    line     done         1-1+2    0+2+0   customer:1+0    -                    AC
    all      whole        x        0+0+0   customer:1+0    -                    AC
    swap     asked:done   2+2+1    1+2+1   -               -                    AC
    add      asked:done   3+2+1    2+2+1   -               -                    AC
    unknown  refused      3+2      2+2+0   -               -                    W
    more     refused      3+2      2+2+0   -               -                    W
one_shipped ask
    one      done         2+2      1+2+0   -               -                    AC
    line     asked:done   1-1+2    0+2+0   customer:1+0    -                    AC
    all      asked:whole  x        0+0+0   customer:1+0    -                    AC
    swap     asked:done   2+2+1    1+2+1   -               -                    AC
    add      asked:done   3+2+1    2+2+1   -               -                    AC
    unknown  refused      3+2      2+2+0   -               -                    W
    more     refused      3+2      2+2+0   -               -                    W
shipped ask
    one      asked:done   3-1+2    0+0+0   customer:1+0    -                    AC
    line     asked:done   3-3+2    0+0+0   customer:3+0    -                    AC
    all      asked:whole  x        0+0+0   customer:3+2    -                    AC
    swap     asked:done   3-1+2+1  0+0+1   customer:1+0    -                    AC
    add      asked:done   3+2+1    0+0+1   -               -                    AC
    unknown  refused      3+2      0+0+0   -               -                    W
    more     refused      3+2      0+0+0   -               -                    W
shipped refuse
    one      refused      3+2      0+0+0   -               -                    W
    line     refused      3+2      0+0+0   -               -                    W
    all      refused      3+2      0+0+0   -               -                    W
    swap     refused      3+2      0+0+0   -               -                    W
    add      asked:done   3+2+1    0+0+1   -               -                    AC
    unknown  refused      3+2      0+0+0   -               -                    W
    more     refused      3+2      0+0+0   -               -                    W
one_back cancel
    one      done         2+2      0+0+0   -               -                    AC
    line     done         2-2+2    0+0+0   customer:2+0    -                    AC
    all      asked:whole  x        0+0+0   customer:2+2    -                    AC
    swap     asked:done   2+2+1    0+0+1   -               -                    AC
    add      asked:done   3+2+1    0+0+1   -               -                    AC
    unknown  refused      3+2      0+0+0   -               -                    W
    more     refused      3+2      0+0+0   -               -                    W
one_back ask
    one      done         2+2      0+0+0   -               -                    AC
    line     asked:done   2-2+2    0+0+0   customer:2+0    -                    AC
    all      asked:whole  x        0+0+0   customer:2+2    -                    AC
    swap     asked:done   2+2+1    0+0+1   -               -                    AC
    add      asked:done   3+2+1    0+0+1   -               -                    AC
    unknown  refused      3+2      0+0+0   -               -                    W
    more     refused      3+2      0+0+0   -               -                    W
drafted
    one      done         2+2      2+2+0   -               draft:40             AC
    line     done         0+2      0+2+0   -               draft:20             AC
    all      whole        x        0+0+0   -               cancel:50            AC
    swap     asked:done   2+2+1    2+2+1   -               draft:40             AC
    add      asked:done   3+2+1    3+2+1   -               draft:50             AC
    unknown  refused      3+2      3+2+0   -               draft:50             W
    more     refused      3+2      3+2+0   -               draft:50             W
posted credit_note
    one      done         2+2      2+2+0   -               posted:50,credit:10  AC
    line     done         0+2      0+2+0   -               posted:50,credit:30  AC
    all      whole        x        0+0+0   -               posted:50,credit:50  AC
    swap     asked:done   2+2+1    2+2+1   -               posted:50,credit:10  AC
    add      asked:done   3+2+1    3+2+1   -               posted:50            AC
    unknown  refused      3+2      3+2+0   -               posted:50            W
    more     refused      3+2      3+2+0   -               posted:50            W
posted ask
    one      asked:done   2+2      2+2+0   -               posted:50,credit:10  AC
    line     asked:done   0+2      0+2+0   -               posted:50,credit:30  AC
    all      asked:whole  x        0+0+0   -               posted:50,credit:50  AC
    swap     asked:done   2+2+1    2+2+1   -               posted:50,credit:10  AC
    add      asked:done   3+2+1    3+2+1   -               posted:50            AC
    unknown  refused      3+2      3+2+0   -               posted:50            W
    more     refused      3+2      3+2+0   -               posted:50            W
posted refuse
    one      refused      3+2      3+2+0   -               posted:50            W
    line     refused      3+2      3+2+0   -               posted:50            W
    all      refused      3+2      3+2+0   -               posted:50            W
    swap     refused      3+2      3+2+0   -               posted:50            W
    add      asked:done   3+2+1    3+2+1   -               posted:50            AC
    unknown  refused      3+2      3+2+0   -               posted:50            W
    more     refused      3+2      3+2+0   -               posted:50            W
paid credit_note
    one      done         2+2      2+2+0   -               posted:50,credit:10  AC
    line     done         0+2      0+2+0   -               posted:50,credit:30  AC
    all      whole        x        0+0+0   -               posted:50,credit:50  AC
    swap     asked:done   2+2+1    2+2+1   -               posted:50,credit:10  AC
    add      asked:done   3+2+1    3+2+1   -               posted:50            AC
    unknown  refused      3+2      3+2+0   -               posted:50            W
    more     refused      3+2      3+2+0   -               posted:50            W
paid ask
    one      asked:done   2+2      2+2+0   -               posted:50,credit:10  AC
    line     asked:done   0+2      0+2+0   -               posted:50,credit:30  AC
    all      asked:whole  x        0+0+0   -               posted:50,credit:50  AC
    swap     asked:done   2+2+1    2+2+1   -               posted:50,credit:10  AC
    add      asked:done   3+2+1    3+2+1   -               posted:50            AC
    unknown  refused      3+2      3+2+0   -               posted:50            W
    more     refused      3+2      3+2+0   -               posted:50            W
paid refuse
    one      refused      3+2      3+2+0   -               posted:50            W
    line     refused      3+2      3+2+0   -               posted:50            W
    all      refused      3+2      3+2+0   -               posted:50            W
    swap     refused      3+2      3+2+0   -               posted:50            W
    add      asked:done   3+2+1    3+2+1   -               posted:50            AC
    unknown  refused      3+2      3+2+0   -               posted:50            W
    more     refused      3+2      3+2+0   -               posted:50            W
kit
    one      done         2+2      2+4+0   -               -                    AC
    line     done         0+2      0+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+4+1   -               -                    AC
    add      asked:done   3+2+1    3+5+1   -               -                    AC
    unknown  refused      3+2      3+5+0   -               -                    W
    more     refused      3+2      3+5+0   -               -                    W
service cancel
    one      done         2+2      0+2+0   -               -                    AC
    line     done         1-1+2    0+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    0+2+1   -               -                    AC
    add      asked:done   3+2+1    0+2+1   -               -                    AC
    unknown  refused      3+2      0+2+0   -               -                    W
    more     refused      3+2      0+2+0   -               -                    W
service ask
    one      done         2+2      0+2+0   -               -                    AC
    line     asked:done   1-1+2    0+2+0   -               -                    AC
    all      asked:whole  x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    0+2+1   -               -                    AC
    add      asked:done   3+2+1    0+2+1   -               -                    AC
    unknown  refused      3+2      0+2+0   -               -                    W
    more     refused      3+2      0+2+0   -               -                    W
lots
    one      done         2+2      2+2+0   -               -                    AC
    line     done         0+2      0+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+1    2+2+1   -               -                    AC
    add      asked:done   3+2+1    3+2+1   -               -                    AC
    unknown  refused      3+2      3+2+0   -               -                    W
    more     refused      3+2      3+2+0   -               -                    W
twins
    one      asked:done   2+2+3    5+2+0   -               -                    AC
    line     asked:done   0+2+3    3+2+0   -               -                    AC
    all      whole        x        0+0+0   -               -                    AC
    swap     asked:done   2+2+3+1  5+2+1   -               -                    AC
    add      asked:done   3+2+3+1  6+2+1   -               -                    AC
    unknown  refused      3+2+3    6+2+0   -               -                    W
    more     refused      3+2+3    6+2+0   -               -                    W
"""
KINDS = ("one", "line", "all", "swap", "add", "unknown", "more")


class End(NamedTuple):
    """A row of the table, without the kind of change."""

    decided: str
    ordered: str
    leaves: str
    back: str
    billed: str
    told: str


def read_table():
    """``{state: {policy, empty if there is none: {kind: End}}}``."""
    table, rows = {}, {}
    for line in filter(None, TABLE.splitlines()):
        if line.startswith(" "):
            kind, *columns = line.split()
            rows[kind] = End(*columns)
        else:
            state, _space, policy = line.partition(" ")
            rows = {}
            table.setdefault(state, {})[policy] = rows
    return table


def in_words(rows):
    return [" ".join((kind, *row)) for kind, row in rows.items()]
