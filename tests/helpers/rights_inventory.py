"""What the addon defines, as the registry knows it: what must have a row in ``rights.py``."""

from .rights import ADDON


def own_models(env):
    """Names of all models that the addon defines."""
    return {name for name, model in env.registry.items() if model._original_module == ADDON}


def own_fields(env):
    """``{model: {name: field}}`` of all fields that the addon defines, or defines anew.

    Abstract models have no records: their fields are those of the models that inherit them.
    """
    found = {}
    for name, model in env.registry.items():
        if model._abstract:
            continue
        fields = {key: field for key, field in model._fields.items() if ADDON in field._modules}
        if fields:
            found[name] = fields
    return found


def own_methods(env):
    """``{model: names}`` of all methods of the addon that anybody may call by RPC."""
    found = {}
    for name, model in env.registry.items():
        ours = [
            vars(cls) for cls in model.mro() if cls.__module__.startswith(f"odoo.addons.{ADDON}.")
        ]
        methods = {
            key
            for attributes in ours
            for key, value in attributes.items()
            if callable(value) and not key.startswith("_") and not is_private(model, key)
        }
        if methods:
            found[name] = methods
    return found


def is_private(model, name):
    return any(getattr(getattr(cls, name, None), "_api_private", False) for cls in model.mro())


def own_xml_ids(env, model):
    """``{XML ID: record}`` of the addon's records of ``model``."""
    known = env["ir.model.data"].search([("module", "=", ADDON), ("model", "=", model)])
    return {data.name: env[model].browse(data.res_id) for data in known}
