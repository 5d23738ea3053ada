"""The reason that the addon `sale_cancel_reason` has people choose when they cancel an order."""


def have_chosen_reasons(env):
    """Whether that addon is installed: a person who cancels an order has to choose its reason."""
    return "cancel_reason_id" in env["sale.order"]._fields


def leave_to_chosen_reason(env, arch, name):
    """Have a form ask for the reason that is chosen, where there is any.

    The field ``name``, a reason in words, only explains it then, and may stay empty.
    """
    if have_chosen_reasons(env):
        for node in arch.xpath(f"//field[@name='{name}']"):
            for attribute in ("required", "string"):  # the field's own label
                node.attrib.pop(attribute, None)
    else:
        for node in arch.xpath("//field[@name='chosen_reason']"):
            node.getparent().remove(node)
    return arch
