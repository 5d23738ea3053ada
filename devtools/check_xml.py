"""Are all XML files of the addon well-formed? Names the place where one is not."""

import sys
from pathlib import Path
from xml.etree import ElementTree

broken = False
for path in sorted(Path().glob("[!.]*/**/*.xml")):
    try:
        ElementTree.parse(path)
    except ElementTree.ParseError as error:
        print(f"{path}: {error}")
        broken = True
sys.exit(broken)
