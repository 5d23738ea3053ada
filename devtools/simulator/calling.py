"""How does a request reach the seller's server? One call, without proxies and redirections."""

import requests

ANSWER_BYTES = 256 * 1024  # read of an answer; no sensible one is longer


def send(method, url, headers, body, timeout):
    """Status, headers and body of the answer.

    :raise requests.RequestException: if there is none
    """
    with requests.Session() as session:
        session.trust_env = False  # neither proxies nor .netrc
        session.headers["User-Agent"] = "marketplace-simulator"
        response = session.request(
            method,
            url,
            data=body,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        )
        with response:
            content = b""
            for chunk in response.iter_content(16 * 1024):
                content += chunk
                if len(content) > ANSWER_BYTES:
                    break
            return response.status_code, response.headers, content


def explain(error, timeout):
    """Why there was no answer, in a few words."""
    if isinstance(error, requests.Timeout):
        return f"none within {timeout:g} s"
    if isinstance(error, requests.ConnectionError):
        return "the connection was refused or lost"
    return type(error).__name__
