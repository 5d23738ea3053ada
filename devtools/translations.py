"""Brings each language in a folder up to date with the template in it.

What is new there is still to be translated, and what is gone there is dropped.
"""

import sys
from pathlib import Path

import polib

#: They would change with each export, though nothing else does.
DATES = ("POT-Creation-Date", "PO-Revision-Date")


def main():
    folder = Path(sys.argv[1])
    (path,) = folder.glob("*.pot")
    template = polib.pofile(str(path))
    save(template)
    for path in sorted(folder.glob("*.po")):
        language = polib.pofile(str(path))
        language.merge(template)
        for entry in language.obsolete_entries():
            language.remove(entry)
        save(language)
        missing = [entry.msgid for entry in language if not entry.msgstr]
        print(f"{path.stem}: {len(language)} terms, {len(missing)} to be translated")
        for term in missing:
            print(f"    {term!r}")


def save(file):
    for name in DATES:
        file.metadata.pop(name, None)
    file.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    file.save()


if __name__ == "__main__":
    main()
