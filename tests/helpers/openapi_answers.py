"""Examples of answers in the OpenAPI document, beside what calls are answered."""

from .common import EndpointCase
from .openapi import ALL_RESPONSES, DIGITS_OF_DATE, RESPONSES, examples_of, validator

#: Every header that some answer is documented to have.
HEADERS = {
    name
    for responses in ALL_RESPONSES
    for response in responses.values()
    for name in response.get("headers", ())
}


class AnswersCase(EndpointCase):
    """Each example of an answer has one test here, and its name: a call that brings it about."""

    responses = RESPONSES

    def post(self, **call):
        """Call the address that is tested."""
        return self.call("959311095", **call)

    def answered(self, **call):
        """Call the endpoint; the answer must be the example that the running test is named for."""
        name = self._testMethodName.removeprefix("test_example_").replace("_", "-")
        ((status, media_type),) = [
            example[:2] for example in examples_of(self.responses) if example[2] == name
        ]
        documented = self.responses[str(status)]
        content = documented["content"][media_type]
        example = content["examples"][name]

        response = self.post(**call)

        self.assertEqual(response.status_code, status, response.text)
        headers = documented.get("headers", {})
        self.assertEqual(HEADERS & set(response.headers), set(headers))
        for header, definition in headers.items():
            self.assertTrue(definition["required"])
            value = response.headers[header]
            if definition["schema"].get("type") == "integer":
                value = int(value)
            validator(definition["schema"]).validate(value)
        if "value" not in example:
            self.assertEqual(response.content, b"")
            self.assertNotIn("Content-Type", response.headers)
            self.assertEqual(response.headers["Content-Length"], "0")
            return
        self.assertEqual(response.headers["Content-Type"], media_type)
        validator(content["schema"]).validate(response.json())
        self.assertEqual(self.lasting(response.json()), self.lasting(example["value"]))

    def lasting(self, document):
        """``document`` without what is another value each time."""
        document = dict(document)
        if "receipt" in document:
            document["receipt"] = "a receipt"
        if "date" in document:
            document["date"] = DIGITS_OF_DATE.sub(r"a date\1a time", document["date"])
        return document

    def check_one_test_for_each_example(self):
        names = [name for _status, _media_type, name in examples_of(self.responses)]
        self.assertEqual(len(set(names)), len(names))
        tests = [name for name in dir(self) if name.startswith("test_example_")]
        self.assertEqual(
            sorted(tests), sorted("test_example_" + name.replace("-", "_") for name in names)
        )
