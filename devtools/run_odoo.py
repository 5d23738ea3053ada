"""Run Odoo's command line from the folder which ODOO_HOME names.

Odoo starts its websocket worker by running this same file again, so it must be
a real script rather than `python -m odoo`.
"""

import os
import sys

# The folder of this script is no place to import from.
sys.path[0] = os.environ["ODOO_HOME"]

from odoo.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
