"""What a change means for an order: decided as for a whole order, unless the part itself is in
doubt. Tested as a table (``tests/tools/test_change_decision.py``).
"""

from dataclasses import dataclass

from ..decision import Decision, Facts, Policy, Verdict, decide


@dataclass(frozen=True)
class Asked:
    """All about a change itself that the decision depends on.

    :param is_impossible: it names what is not on the order, or more than was ordered
    :param is_doubtful: which line is meant is not known, or it needs more than to take goods out
    :param is_fact: the marketplace has carried it out: it cannot be refused
    :param can_be_told: the marketplace can be told what has become of it
    """

    is_impossible: bool = False
    is_doubtful: bool = False
    is_fact: bool = False
    can_be_told: bool = True

    @property
    def is_known_there(self) -> bool:
        """Whether the marketplace knows what becomes of it, or will."""
        return self.is_fact or self.can_be_told


def decide_change(facts: Facts, policy: Policy, asked: Asked) -> Verdict:
    """The :class:`~tools.decision.Verdict` on a change.

    Of an order that is not here it waits, and of one that is cancelled nothing is left to do, as
    for whole orders. An order that is kept open although it is cancelled there is asked about.

    :param facts: of the lines concerned alone
    """
    verdict = decide(facts, policy)
    decision = verdict.decision
    if decision in (Decision.WAIT, Decision.CONFIRM):
        return verdict
    if asked.is_impossible:
        decision = Decision.REFUSE
    elif decision is Decision.KEEP or (
        decision is Decision.CANCEL and (asked.is_doubtful or not asked.is_known_there)
    ):
        decision = Decision.ASK
    if decision is Decision.REFUSE and asked.is_fact:
        decision = Decision.ASK
    return Verdict(decision, verdict.concerns)
