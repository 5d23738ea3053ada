"""A plugin of pytest: the addon's packages without their code, which would import Odoo.

Tests import ``…tools`` and ``..`` by the same relative names as in Odoo.
"""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec


def pytest_configure(config):
    addon = config.rootpath  # the link that bears the addon's name
    for name, folder in ((addon.name, addon), (f"{addon.name}.tests", addon / "tests")):
        spec = ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        sys.modules[name] = module_from_spec(spec)
