"""The answers that settle a request. Each can be stored, and sent again byte for byte."""

from dataclasses import dataclass

from . import confirmation, problem


@dataclass(frozen=True)
class Answer:
    """One HTTP answer.

    :param status: HTTP status code
    :param body: JSON text, or nothing for "still deciding" (protocol, "evaluate")
    """

    status: int
    body: str = ""

    @classmethod
    def from_problem(cls, error: problem.Problem) -> "Answer":
        """The answer that tells of ``error``."""
        return cls(error.status, error.to_json())

    @property
    def media_type(self) -> str | None:
        """The body's media type, or None if there is no body."""
        if not self.body:
            return None
        return confirmation.MEDIA_TYPE if self.status < 400 else problem.MEDIA_TYPE


#: "Still deciding": 200 without a body. Nothing but a recorded evaluation may end in it.
EVALUATING = Answer(200)
