import { onMounted, onPatched } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";

/** A dialog's list in which people say how much: for who has no mouse, or does not see it, too. */
class PartListRenderer extends ListRenderer {
    setup() {
        super.setup();
        // No key leads into a list of which no row is being edited.
        onMounted(() => {
            const [first] = this.props.list.records;
            return first && this.props.list.enterEditMode(first);
        });
        onPatched(() => this.nameInputs());
    }

    async nameInputs() {
        await Promise.resolve(); // the fields inside are drawn after the list
        for (const input of this.tableRef.el?.querySelectorAll(".o_selected_row input") || []) {
            const cell = input.closest("td");
            const { label } = this.columns.find(({ name }) => name === cell.getAttribute("name"));
            const item = cell.parentElement.querySelector("td[name]").textContent;
            input.setAttribute("aria-label", `${label}: ${item}`);
        }
    }

    /**
     * Odoo takes the focus back to the row that was edited when its new values are drawn, also from
     * who has gone on to the reason by then: what they write would be lost.
     */
    focusCell() {
        const { activeElement } = document;
        const isElsewhere = this.hasBegun && !this.tableRef.el.contains(activeElement);
        if (!(isElsewhere && activeElement.matches("input, textarea"))) {
            super.focusCell(...arguments);
        }
        this.hasBegun = true;
    }
}

class PartLinesField extends X2ManyField {
    static components = { ...X2ManyField.components, ListRenderer: PartListRenderer };
}

registry.category("fields").add("marketplace_part_lines", {
    ...x2ManyField,
    component: PartLinesField,
    additionalClasses: ["o_field_one2many"],
});
