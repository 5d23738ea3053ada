import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");

const openApp = () =>
    stepUtils.goToAppSteps("marketplace_order_cancellation.menu_marketplace_root", "Open the app");

const told = (text) => ({
    content: `It is told: ${text}`,
    trigger: `.o_notification:contains('${text}')`,
});

tours.add("marketplace_receipt_process_again", {
    steps: () => [
        ...openApp(),
        {
            content: "The list says how long ago it was",
            trigger: ".o_data_row:contains('F-1') .o_data_cell[name='received_at'] time[title]",
        },
        {
            content: "Look at the cards",
            trigger: "button.o_switch_view.o_kanban",
            run: "click",
        },
        {
            content: "The failed ones have a column of their own; open one",
            trigger: ".o_kanban_group:contains('Failed') .o_kanban_record:contains('F-1')",
            run: "click",
        },
        {
            content: "It says why it has failed",
            trigger: ".alert-danger:contains('It broke.')",
        },
        {
            content: "The calls say how long the answer took, and that it came again",
            trigger: ".o_field_widget[name='delivery_ids'] .o_data_row:contains('500'):contains(' ms'):contains('Repeat')",
        },
        {
            content: "The request is shown under the names that the protocol has",
            trigger: ".o_field_widget[name='request_text'] pre:contains('marketplaceOrderId')",
        },
        {
            content: "And can be copied",
            trigger: ".o_field_widget[name='request_text'] button:contains('Copy')",
        },
        {
            content: "So is the answer that a repeat would get",
            trigger: ".o_field_widget[name='answer_text'] pre:contains('cancellation-failed')",
        },
        {
            content: "Process it again",
            trigger: ".o_statusbar_buttons button[name='action_process_again']",
            run: "click",
        },
        told("Processed: 1."),
        {
            content: "The order is cancelled",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Cancelled')",
        },
        {
            content: "A repeat gets the confirmation",
            trigger: ".o_field_widget[name='answer_text'] pre:contains('orderId')",
        },
        {
            content: "Go to the order",
            trigger: "button[name='action_view_order']",
            run: "click",
        },
        {
            content: "It is cancelled indeed",
            trigger: ".o_form_view:contains('F-1') .o_arrow_button_current:contains('Cancelled')",
        },
    ],
});

const select = (marketplaceOrder) => ({
    content: `Select ${marketplaceOrder}`,
    trigger: `.o_data_row:contains('${marketplaceOrder}') .o_list_record_selector input`,
    run: "click",
});

tours.add("marketplace_receipt_in_bulk", {
    steps: () => [
        ...openApp(),
        {
            content: "Show all, not what needs attention alone",
            trigger: ".o_searchview_facet:contains('Needs Attention') .o_facet_remove",
            run: "click",
        },
        {
            content: "Wait for them: a selection would be lost by the reload",
            trigger: ".o_data_row:contains('W-1')",
        },
        {
            content: "Of all, the newest come first",
            trigger: "th[data-name='received_at'] .fa-sort-desc",
        },
        select("F-1"),
        select("F-2"),
        select("W-1"),
        {
            content: "Process them again",
            trigger: "button[name='action_process_again']",
            run: "click",
        },
        told("Processed: 2. Skipped, as they have not failed: 1."),
        {
            content: "Two are cancelled",
            trigger: ".o_data_row:contains('F-2') .badge:contains('Cancelled')",
        },
        select("W-1"),
        {
            content: "Mark the other as resolved",
            trigger: ".o_control_panel button:contains('Mark as Resolved')",
            run: "click",
        },
        {
            content: "Try it without a note",
            trigger: ".modal button[name='action_resolve']",
            run: "click",
        },
        {
            content: "Give the note that is asked for",
            trigger: ".modal .o_field_widget[name='note'].o_field_invalid textarea",
            run: "edit Sold by somebody else.",
        },
        {
            content: "Mark it",
            trigger: ".modal button[name='action_resolve']",
            run: "click",
        },
        {
            content: "Open it",
            trigger: "body:not(:has(.modal)) .o_data_row:contains('W-1') .o_data_cell[name='marketplace_order_id']",
            run: "click",
        },
        {
            content: "It says why nothing more is to be done",
            trigger: ".alert:contains('Nothing more is to be done'):contains('Sold by somebody else.')",
        },
    ],
});

tours.add("marketplace_receipt_decide_in_bulk", {
    steps: () => [
        ...openApp(),
        select("U-1"),
        select("U-2"),
        select("F-1"),
        {
            content: "Accept them",
            trigger: "button[name='action_accept_selected']",
            run: "click",
        },
        {
            content: "It says how many it will be",
            trigger: ".modal .o_marketplace_bulk:contains('To be accepted: 2 of 3')",
        },
        {
            content: "And what is skipped, and why",
            trigger: ".modal .o_marketplace_bulk .alert:contains('Failed before'):contains('F-1')",
        },
        {
            content: "Go on",
            trigger: ".modal .o_marketplace_bulk_begin:contains('Accept 2')",
            run: "click",
        },
        {
            content: "Both are accepted",
            trigger: ".modal [data-outcome='done']:contains('Accepted: 2')",
        },
        {
            content: "Close",
            trigger: ".modal .o_marketplace_bulk_close",
            run: "click",
        },
        {
            content: "The list is as it is now",
            trigger: "body:not(:has(.modal)) .o_list_view:not(:has(.o_data_row .badge:contains('Needs a Decision')))",
        },
        select("F-1"),
        {
            content: "Refuse the other",
            trigger: "button[name='action_refuse_selected']",
            run: "click",
        },
        {
            content: "Not without a reason",
            trigger: ".modal .o_marketplace_bulk_begin:disabled",
        },
        {
            content: "Give one",
            trigger: ".modal #marketplace_bulk_reason",
            run: "edit It has left.",
        },
        {
            content: "Go on",
            trigger: ".modal .o_marketplace_bulk_begin:enabled:contains('Refuse 1')",
            run: "click",
        },
        {
            content: "It is refused",
            trigger: ".modal [data-outcome='done']:contains('Refused: 1')",
        },
        {
            content: "Close",
            trigger: ".modal .o_marketplace_bulk_close",
            run: "click",
        },
        {
            content: "Nothing is asked any more",
            trigger: "body:not(:has(.modal))",
        },
    ],
});

tours.add("marketplace_receipt_keys", {
    steps: () => [
        ...openApp(),
        {
            content: "Open it",
            trigger: ".o_data_row:contains('U-1') .o_data_cell[name='marketplace_order_id']",
            run: "click",
        },
        {
            content: "Decide from the keyboard",
            trigger: ".o_statusbar_buttons button[data-hotkey='o']",
            run: "press alt+o",
        },
        {
            content: "The reason is asked for; leave it",
            trigger: ".modal:contains('Keep the Order Open') .o_field_widget[name='reason']",
            run: "press Escape",
        },
        {
            content: "Go to the order, which is locked and on hold",
            trigger: "body:not(:has(.modal)) button[name='action_view_order']",
            run: "click",
        },
        {
            content: "The ribbon covers nothing of what says that it is locked",
            trigger: ".o_form_sheet:has(.ribbon) .badge:contains('Locked')",
            run({ anchor }) {
                const { left, right, top, bottom } = anchor.getBoundingClientRect();
                for (const x of [left + 1, (left + right) / 2, right - 1]) {
                    const seen = document.elementFromPoint(x, (top + bottom) / 2);
                    if (!anchor.contains(seen)) {
                        throw new Error(`Locked is covered by ${seen?.outerHTML}`);
                    }
                }
            },
        },
    ],
});
