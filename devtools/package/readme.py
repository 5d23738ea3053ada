"""README.md as it is read outside of the repository."""

import re

#: Sections that are about the repository.
_OF_THE_REPOSITORY = {"Try it: two commands", "More"}
_PICTURE = re.compile(r"^!\[[^]]*\]\([^)]*\)\n+", re.MULTILINE)
_LINK = re.compile(r"\[([^]]*)\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


def readme_of_package(text):
    """Return README.md without pictures, links to other files, and what needs the repository.

    A page of PyPI has none of the files, so their names stand instead; they are in the package.
    """
    first, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    kept = [
        f"## {section}"
        for section in sections
        if section.partition("\n")[0] not in _OF_THE_REPOSITORY
    ]
    return _LINK.sub(_named, _PICTURE.sub("", first + "".join(kept))).rstrip() + "\n"


def _named(link):
    name, path = link[1], link[2]
    return f"`{path}`" if name == path else f"{name} (`{path}`)"
