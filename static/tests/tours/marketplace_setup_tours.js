import { browser } from "@web/core/browser/browser";
import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const next = (step) => `.o_marketplace_setup_next[data-step='${step}']`;

tours.add("marketplace_setup", {
    steps: () => [
        {
            content: "There are keys already: the address comes next",
            trigger: `${next("address")} .o_marketplace_setup_copy`,
        },
        {
            content: "The address is shown to its end, which is the code",
            trigger: `${next("address")} .o_marketplace_setup_address:contains(/\\/marketplace\\/test-market$/)`,
        },
        {
            content: "It Is Registered",
            trigger: `${next("address")} button[name='action_setup_registered']`,
            run: "click",
        },
        {
            content: "Test it without keys",
            trigger: `${next("connection")} button[name='action_setup_connection']`,
            run: "click",
        },
        {
            content: "The page is open, and the first field that is empty is chosen",
            trigger: ".o_notebook .tab-pane.active [name='store_name'] input:focus",
            run: "edit mystore",
        },
        {
            content: "Test it again: the name is saved",
            trigger: `${next("connection")} button[name='action_setup_connection']`,
            run: "click",
        },
        {
            content: "The next one is chosen",
            trigger: ".o_notebook .tab-pane.active [name='outbound_key'] input:focus",
        },
        {
            content: "Without calls to the marketplace",
            trigger: `${next("connection")} button[name='action_setup_skip']`,
            run: "click",
        },
        {
            content: "See it work",
            trigger: `${next("test")} button[name='action_send_test_cancellation']`,
            run: "click",
        },
        {
            content: "It works",
            trigger: ".modal .alert[data-outcome='passed']:contains('It works')",
        },
        {
            content: "The order and its transfer are cancelled",
            trigger: ".modal [data-step='order']:contains('Cancelled'):contains('OUT')",
        },
        {
            content: "The answer is shown",
            trigger: ".modal [data-step='answer']:contains('Answered 200')",
        },
        {
            content: "... as the marketplace gets it",
            trigger: ".modal .o_marketplace_test_answer:contains('marketplaceOrderId')",
        },
        {
            content: "It was cleaned up",
            trigger: ".modal [data-step='end']",
        },
        {
            content: "Close it",
            trigger: ".modal footer button:contains('Close')",
            run: "click",
        },
        {
            content: "The account is set up",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(.o_marketplace_setup))",
        },
        {
            content: "Look at its health",
            trigger: "button[name='action_view_health']",
            run: "click",
        },
        {
            content: "No marketplace has called, but the test worked",
            trigger: ".o_marketplace_check[data-check='calls']:contains('A self-test passed')",
        },
    ],
});

tours.add("marketplace_test_refused", {
    steps: () => [
        {
            content: "Send a Test",
            trigger: ".o_statusbar_buttons button[name='action_send_test_cancellation']",
            run: "click",
        },
        {
            content: "It is refused, and said what to do",
            trigger: ".modal .alert[data-outcome='failed']:contains('Not possible just now'):contains('If the account is paused')",
        },
        {
            content: "... with the status",
            trigger: ".modal [data-step='answer']:contains('Answered 503'):contains('paused')",
        },
        {
            content: "The order is cancelled all the same",
            trigger: ".modal [data-step='order']:contains('Cancelled')",
        },
        {
            content: "Look what was sent",
            trigger: ".modal details summary",
            run: "click",
        },
        {
            content: "Of the token no more than its beginning is seen",
            trigger: ".modal details[open] pre:contains(/X-VTEX-API-AppToken: .{4}…/)",
        },
    ],
});

/** Hold the call of the endpoint up until there is no dialog, and tell when the test was ended. */
function holdCallUp() {
    const { fetch } = browser;
    browser.fetch = async (resource, ...args) => {
        if (String(resource).includes("/pvt/orders/")) {
            browser.fetch = fetch;
            document.body.dataset.testCall = "begun";
            while (document.querySelector(".modal")) {
                await new Promise((resolve) => browser.setTimeout(resolve, 20));
            }
        }
        return fetch(resource, ...args);
    };
    rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => {
        if (detail.data.params.method === "finish_test_cancellation") {
            document.body.dataset.testCall = "ended";
        }
    });
}

tours.add("marketplace_test_closed", {
    steps: () => [
        {
            content: "Send a Test",
            trigger: ".o_statusbar_buttons button[name='action_send_test_cancellation']",
            run(helpers) {
                holdCallUp();
                return helpers.click();
            },
        },
        {
            content: "The endpoint is being called",
            trigger: "body[data-test-call='begun']",
        },
        {
            content: "Wait for nothing",
            trigger: ".modal footer button:contains('Close')",
            run: "click",
        },
        {
            content: "The test ends all the same",
            trigger: "body[data-test-call='ended']:not(:has(.modal))",
        },
    ],
});
