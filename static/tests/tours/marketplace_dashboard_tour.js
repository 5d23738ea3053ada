import { browser } from "@web/core/browser/browser";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const card = (name, value) =>
    `.o_marketplace_dashboard [aria-busy='false'] [data-card='${name}']:contains('${value}')`;

const choose = (marketplace) => ({
    content: `Look at ${marketplace}`,
    trigger: "#o_marketplace_dashboard_account",
    run: `selectByLabel ${marketplace}`,
});

/** Have the server refuse the next figures: of an account that there is not. */
function loseAccount() {
    const { _rpc } = rpc;
    rpc._rpc = (url, params, settings) => {
        if (!url.endsWith("/cancellation_figures")) {
            return _rpc(url, params, settings);
        }
        rpc._rpc = _rpc;
        const [, ...period] = params.args;
        return _rpc(url, { ...params, args: [[2 ** 31 - 1], ...period] }, settings);
    };
}

/** The graph has as many bars, counting those of height zero. */
function expectDays(canvas, days) {
    const { labels } = window.Chart.getChart(canvas).data;
    if (labels.length !== days) {
        throw new Error(`The graph has ${labels.length} days: ${labels}`);
    }
}

registry.category("web_tour.tours").add("marketplace_cancellation_dashboard", {
    steps: () => [
        ...stepUtils.goToAppSteps(
            "marketplace_order_cancellation.menu_marketplace_root",
            "Open the app"
        ),
        {
            content: "Open the reports",
            trigger:
                ".o_menu_sections [data-menu-xmlid='marketplace_order_cancellation.menu_marketplace_reporting']",
            run: "click",
        },
        {
            content: "Open the dashboard",
            trigger:
                ".o-dropdown-item[data-menu-xmlid='marketplace_order_cancellation.menu_marketplace_dashboard']",
            run: "click",
        },
        { content: "It shows all marketplaces", trigger: "[aria-busy='false'] [data-card='asked']" },
        choose("Test Market"),
        { content: "It has asked three times", trigger: card("asked", "3") },
        { content: "For all of its orders", trigger: card("share", "100%") },
        {
            content: "The figures say what each of them counts",
            trigger:
                "[data-card='share'][title*='placed in this period'] ~ [data-card='called_off'][title*='placed before']",
        },
        {
            content: "For one reason",
            trigger: "[data-list='reasons'] button:contains('Too late'):contains('100%')",
        },
        {
            content: "The graph is Odoo's",
            trigger: ".o_marketplace_dashboard .o_graph_renderer canvas",
            timeout: 60000, // its code is put together when it is first asked for
        },
        choose("Other Market"),
        {
            content: "It has asked for nothing this month",
            trigger: ".o_marketplace_dashboard_nothing:contains('Nothing was cancelled')",
        },
        { content: "But a decision is open", trigger: card("undecided", "1") },
        {
            content: "Look further back",
            trigger: ".o_marketplace_dashboard_filters [data-days='90']",
            run: "click",
        },
        { content: "It has asked once", trigger: card("asked", "1") },
        {
            content: "See what it has asked",
            trigger: "[data-list='reasons'] button:contains('Of long ago')",
            run: "click",
        },
        {
            content: "It is the receipt",
            trigger: ".o_list_view .o_data_row:contains('OLD')",
        },
        {
            content: "And only it",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('T-0')))",
        },
        {
            content: "Go back",
            trigger: ".o_back_button, .breadcrumb-item:not(.active) a",
            run: "click",
        },
        { content: "The filters are as they were", trigger: card("asked", "1") },
        {
            content: "Each day has its place, whether something was asked or not",
            trigger: ".o_marketplace_dashboard .o_graph_renderer canvas",
            run: ({ anchor }) => expectDays(anchor, 90),
        },
        {
            content: "Reload the page",
            trigger: ".o_marketplace_dashboard_filters [data-days='90'][aria-pressed='true']",
            run: () => browser.location.reload(),
            expectUnloadPage: true,
        },
        { content: "The filters are as they were again", trigger: card("asked", "1") },
        {
            content: "Ask for figures that cannot be had",
            trigger: ".o_marketplace_dashboard_filters [data-days='7']",
            run(helpers) {
                loseAccount();
                return helpers.click();
            },
        },
        {
            content: "One is told",
            trigger: ".modal footer button:contains('Close')",
            run: "click",
        },
        {
            content: "The filters say what the figures are of that one still sees",
            trigger:
                ".o_marketplace_dashboard [aria-busy='false'] [data-card='asked']:contains('1')",
        },
        {
            content: "... which is the period from before",
            trigger: ".o_marketplace_dashboard_filters [data-days='90'][aria-pressed='true']",
        },
        {
            content: "Choose days oneself",
            trigger: ".o_marketplace_dashboard_filters [data-days='0']",
            run: "click",
        },
        {
            content: "There are two days to choose",
            trigger: ".o_marketplace_dashboard_dates #o_marketplace_dashboard_last",
        },
        {
            content: "Open the decisions that are due",
            trigger: card("undecided", "1"),
            run: "click",
        },
        {
            content: "There they are",
            trigger: ".o_breadcrumb:contains('Open decisions')",
        },
        {
            content: "Go back as the browser does",
            trigger: ".o_data_row:contains('OLD')",
            run: () => browser.history.back(),
        },
        {
            content: "The days are those that were chosen",
            trigger: ".o_marketplace_dashboard_filters [data-days='0'][aria-pressed='true']",
        },
        {
            content: "Empty the first of them",
            trigger: "#o_marketplace_dashboard_first",
            run: "clear && press Enter",
        },
        {
            content: "The period begins with the first cancellation",
            trigger: `${card("asked", "1")}:contains('since the first one')`,
        },
        {
            content: "And the field stays empty",
            trigger: "#o_marketplace_dashboard_first",
            run({ anchor }) {
                if (anchor.value) {
                    throw new Error(`It is ${anchor.value}`);
                }
            },
        },
    ],
});
