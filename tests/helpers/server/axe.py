"""axe-core, which looks at a page for what keeps people from using it."""

import pytest

AXE_FILE_PATH = pytest.importorskip("axe_playwright_python.base").AXE_FILE_PATH

#: Levels A and AA of WCAG 2.0, 2.1 and 2.2.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: What Odoo's own web client has wrong wherever it is used, as (rule, selector). Each selector is
#: of Odoo's widgets; none may match what the addon's templates and views say themselves.
ODOO = [
    # The tabs of a notebook are in a list that has no role.
    ("aria-required-parent", ".o_notebook_headers a[role='tab']"),
    # Selections, and what is chosen in a menu, have attributes that do not fit their elements.
    ("autocomplete-valid", "input.o_select_menu_input"),
    ("aria-allowed-attr", ".o_select_menu div, .o_field_many2one_avatar_user div.o-dropdown"),
    # A progress bar has no role.
    ("aria-allowed-attr", ".o_progressbar .o_progress"),
    # The head of a list: which columns are shown; and its rows: whether they are selected, and
    # checkboxes that only show something.
    ("button-name", ".o_optional_columns_dropdown > button"),
    ("label", ".o_list_record_selector input"),
    ("label", ".o_data_cell .o-checkbox input:disabled"),
    # Lists that are wider than a phone are moved with the arrow keys, from cell to cell.
    ("scrollable-region-focusable", ".o_list_renderer"),
    # The portraits of users, beside their names.
    ("image-alt", ".o_avatar img, .o-mail-Avatar img"),
    # The clock, or the icon of the kind, of the activities on a card.
    (
        "role-img-alt",
        ".o_field_kanban_activity i, .o-mail-ActivityButton i, .o_field_list_activity i",
    ),
    # A calendar's side panel, its filters on a phone and its small month; a pivot's second head.
    ("button-name", ".o_calendar_container button.oi-panel-right"),
    ("label", "#o_calendar_filter_0, .o_calendar_filter input"),
    ("scrollable-region-focusable", ".o_filter"),
    ("color-contrast", ".o_datetime_picker *, .o_calendar_renderer *"),
    ("color-contrast", "th.o_pivot_measure_row"),
]

LOOK = """
async ([context, options, known]) => {
    const { violations } = await axe.run(context, options);
    const isKnown = (rule, element) =>
        known.some(([name, selector]) => name === rule && element.matches(selector));
    return violations.flatMap(({ id, help, nodes }) =>
        nodes
            .filter((node) => !isKnown(id, node.element))
            .map(({ html, target, failureSummary }) => ({ id, help, html, target, failureSummary }))
    );
}
"""


def add_to(context):
    """Have axe-core on all pages of a browser's context."""
    context.add_init_script(path=AXE_FILE_PATH)


def violations(page, include, exclude=()):
    """What is wrong inside of the elements that ``include`` selects, a text for each.

    :param exclude: selectors of what is not looked at
    """
    context = {"include": list(include), "exclude": list(exclude)}
    options = {
        "runOnly": TAGS,
        "resultTypes": ["violations"],
        "elementRef": True,
        "iframes": False,
        "preload": False,
    }
    return list(map(_describe, page.evaluate(LOOK, [context, options, ODOO])))


def _describe(node):
    """As few lines as tell what is to be mended where."""
    summary = node["failureSummary"].splitlines()
    return "\n".join(
        [
            f"{node['id']}: {node['help']}",
            f"    at {' '.join(map(str, node['target']))}",
            f"    {node['html'][:300]}",
            *(f"    {line}" for line in summary[:3]),
        ]
    )
