"""How does one part of the simulator tell another, and at last the caller, why not?"""


class Refusal(Exception):
    """A call that cannot be carried out.

    :param status: HTTP status code of the answer
    :param code: a stable word for programs
    :param message: a sentence for people
    """

    def __init__(self, status, code, message):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def to_dict(self):
        return {"error": {"code": self.code, "message": self.message, "exception": None}}


def text_field(data, name):
    """A mandatory field of text."""
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Refusal(400, "missing-field", f"{name} is mandatory.")
    return value
