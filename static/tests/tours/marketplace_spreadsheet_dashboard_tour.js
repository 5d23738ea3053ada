import { registry } from "@web/core/registry";

import { App } from "@odoo/owl";

/** The spreadsheet of the page that is shown: its cells are drawn, so there is nothing to select. */
function findSpreadsheet() {
    const nodes = [...App.apps].map((app) => app.root);
    while (nodes.length) {
        const node = nodes.pop();
        const model = node?.component.props?.model;
        if (model?.getters?.getEvaluatedCell) {
            return model;
        }
        nodes.push(...Object.values(node?.children || {}));
    }
    throw new Error("no spreadsheet is shown");
}

/** Wait until cells of the sheet "Data" show what is expected, and no cell shows an error. */
async function expectFigures(expected, allowed = []) {
    let found = {};
    for (let attempt = 0; attempt < 60; attempt++) {
        const { getters } = findSpreadsheet();
        const position = (name) => ({
            sheetId: "data",
            col: name.charCodeAt(0) - "A".charCodeAt(0),
            row: Number(name.slice(1)) - 1,
        });
        found = Object.fromEntries(
            Object.keys(expected).map((name) => [
                name,
                getters.getEvaluatedCell(position(name)).formattedValue,
            ])
        );
        for (const sheetId of getters.getSheetIds()) {
            for (const { type, formattedValue, message } of getters.getEvaluatedCells(sheetId)) {
                if (type === "error" && !allowed.includes(formattedValue)) {
                    found[`${sheetId}: ${formattedValue}`] = message;
                }
            }
        }
        if (JSON.stringify(found) === JSON.stringify(expected)) {
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

const shown = {
    content: "The page is shown",
    trigger: ".o_spreadsheet_dashboard_action .o-dashboard-clickable-cell",
    timeout: 60000, // its code is put together when it is first asked for
};

registry.category("web_tour.tours").add("marketplace_spreadsheet_dashboard", {
    steps: () => [
        {
            content: "It is among Odoo's",
            trigger: ".o_search_panel .active:contains('Cancellations')",
            timeout: 60000,
        },
        shown,
        {
            content: "Figures and charts are there",
            trigger: ".o_spreadsheet_dashboard_action:has(.o-figure canvas)",
            run: () =>
                expectFigures({ D2: "4", D3: "3", D4: "300", D5: "2", E2: "1", E3: "", E5: "1" }),
        },
        {
            content: "Open the period",
            trigger: ".o_control_panel button:contains('Last 30 Days')",
            run: "click",
        },
        {
            content: "Look further back",
            trigger: ".o-dropdown--menu :contains('Last 90 Days'):not(:has(*))",
            run: "click",
        },
        {
            content: "There was one more; the same decisions are open",
            trigger: ".o_control_panel button:contains('Last 90 Days')",
            run: () => expectFigures({ D2: "5", D3: "3", D5: "2" }),
        },
        {
            content: "Look at one marketplace",
            trigger: ".o_searchview_input",
            run: "edit Other Market",
        },
        {
            content: "Choose it",
            trigger: ".o_searchview_autocomplete .o-dropdown-item:contains('Other Market')",
            run: "click",
        },
        {
            content: "It has asked once, and waits for one decision",
            trigger: ".o_searchview_facet:contains('Other Market')",
            run: () => expectFigures({ D2: "1", D3: "0", D5: "1", E5: "0" }),
        },
    ],
});

registry.category("web_tour.tours").add("marketplace_spreadsheet_dashboard_stock", {
    steps: () => [
        shown,
        {
            content: "Who may not see what orders are worth sees all the rest",
            trigger: ".o_spreadsheet_dashboard_action:has(.o-figure canvas)",
            run: () => expectFigures({ D2: "4", D3: "3", D4: "–", D5: "2" }, ["#ERROR"]),
        },
    ],
});
