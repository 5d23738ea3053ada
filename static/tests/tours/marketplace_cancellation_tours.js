import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const CANCELLATIONS = "marketplace_order_cancellation.menu_marketplace_cancellations";

/** The menu shows `content`, as the style sheet has it, beside its entry. */
const menuSays = (content) => ({
    content: `The menu says ${content}`,
    trigger: `.o_menu_sections [data-menu-xmlid='${CANCELLATIONS}']`,
    async run({ anchor }) {
        const shown = () => getComputedStyle(anchor, "::after").content;
        for (let tries = 0; tries < 50 && shown() !== content; tries++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        if (shown() !== content) {
            throw new Error(`The menu says ${shown()} instead of ${content}`);
        }
    },
});

/** From the home screen to the receipt of the only cancellation that needs a decision. */
const openReceipt = (marketplaceOrder) => [
    ...stepUtils.goToAppSteps(
        "marketplace_order_cancellation.menu_marketplace_root",
        "Open the app"
    ),
    {
        content: "It begins with what needs attention",
        trigger: ".o_searchview_facet:contains('Needs Attention')",
    },
    menuSays('"1"'),
    {
        content: "What has to be decided first comes first",
        trigger: "th[data-name='decide_before'] .fa-sort-asc",
    },
    {
        content: "Open the receipt",
        trigger: `.o_data_row:contains('${marketplaceOrder}') .o_data_cell[name='marketplace_order_id']`,
        run: "click",
    },
    {
        content: "The receipt says what is the matter",
        trigger: ".alert-warning:contains('on hold until somebody decides'):contains('It has been shipped.')",
    },
];

const stateIs = (label) => ({
    content: `The receipt's outcome is “${label}”`,
    trigger: `.o_statusbar_status .o_arrow_button_current:contains('${label}')`,
});

tours.add("marketplace_cancellation_accept", {
    steps: () => [
        ...openReceipt("T-1"),
        {
            content: "Accept",
            trigger: ".o_statusbar_buttons button[name='action_accept']",
            run: "click",
        },
        {
            content: "Confirm that the order will be cancelled",
            trigger: ".modal:contains('is cancelled') .modal-footer .btn-primary",
            run: "click",
        },
        stateIs("Cancelled"),
        menuSays("none"),
        {
            content: "Look at the goods that come back",
            trigger: ".o_notebook .nav-link:contains('Goods Coming Back')",
            run: "click",
        },
        {
            content: "A return is proposed",
            trigger: ".o_field_widget[name='return_picking_ids'] .o_data_row",
        },
        {
            content: "It says who decided",
            trigger: ".o_field_widget[name='decided_by_id']:contains('Dora')",
        },
    ],
});

tours.add("marketplace_cancellation_refuse", {
    steps: () => [
        ...openReceipt("T-1"),
        {
            content: "Refuse",
            trigger: ".o_statusbar_buttons button:contains('Refuse')",
            run: "click",
        },
        {
            content: "Give the reason",
            trigger: ".modal .o_field_widget[name='reason'] textarea",
            run: "edit The parcel left this morning.",
        },
        {
            content: "Refuse for this reason",
            trigger: ".modal .modal-footer button[name='action_apply']:contains('Refuse')",
            run: "click",
        },
        stateIs("Refused"),
        menuSays("none"),
        {
            content: "It says why",
            trigger: ".o_field_widget[name='decision_reason']:contains('The parcel left this morning.')",
        },
        {
            content: "Go to the order",
            trigger: ".o_field_widget[name='sale_order_id'] a",
            run: "click",
        },
        {
            content: "The order goes on",
            trigger: ".o_arrow_button_current:contains('Sales Order')",
        },
        {
            content: "It is on hold no more",
            trigger: ".o_form_view:not(:has(.alert:visible:contains('wait for the decision')))",
        },
    ],
});

tours.add("marketplace_cancellation_warehouse", {
    steps: () => [
        {
            content: "The transfer says that it is on hold",
            trigger: ".alert-warning:contains('asks to cancel this order: wait for the decision')",
        },
        {
            content: "So does its ribbon",
            trigger: ".ribbon:not(.o_invisible_modifier):contains('On Hold')",
        },
        {
            content: "Try to validate it nevertheless",
            trigger: ".o_statusbar_buttons button[name='button_validate']",
            run: "click",
        },
        {
            content: "It is refused, and said why",
            trigger: ".modal .modal-body:contains('wait for the decision')",
        },
        {
            content: "Close the message",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "Nothing has left",
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains('Ready')",
        },
        {
            content: "Go to the other transfers",
            trigger: ".breadcrumb-item:contains('Deliveries') a, .o_back_button",
            run: "click",
        },
        {
            content: "It stands out among them",
            trigger: ".o_data_row .o_data_cell[name='marketplace_notice_kind'] .text-bg-warning:contains('On Hold')",
        },
    ],
});

tours.add("marketplace_order_cancel_here", {
    steps: () => [
        {
            content: "Cancel the order",
            trigger: ".o_statusbar_buttons button[data-hotkey='x']:contains('Cancel')",
            run: "click",
        },
        {
            content: "The marketplace has not asked",
            trigger: ".modal .alert-warning:contains('has not asked to cancel this order')",
        },
        {
            content: "Try it without a reason",
            trigger: ".modal button[name='action_cancel_order']",
            run: "click",
        },
        {
            content: "Give the reason that is asked for",
            trigger: ".modal .o_field_widget[name='reason'].o_field_invalid textarea",
            run: "edit The goods are damaged.",
        },
        {
            content: "Cancel it",
            trigger: ".modal button[name='action_cancel_order']",
            run: "click",
        },
        {
            content: "The order is cancelled",
            trigger: "body:not(:has(.modal)) .o_arrow_button_current:contains('Cancelled')",
        },
        {
            content: "It says why",
            trigger: ".o-mail-Message:contains('Reason: “The goods are damaged”.')",
        },
    ],
});
