import { rpcBus } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";

const APP = "marketplace_order_cancellation.menu_marketplace_root";
const RECEIPT = "marketplace.cancellation.receipt";
/** More than these are shown as so many and more. */
const MOST = 99;

/**
 * How many cancellations need attention, and the user may decide on, beside the entry of the menu.
 *
 * The web client has no counters in menus: the number is a variable of the style sheet, so that the
 * menu itself stays as it is, on every size of screen. It is counted in this app alone, when a page
 * is opened and when a button of the app was pressed.
 */
export const attentionService = {
    dependencies: ["menu", "orm"],
    start(env, { menu, orm }) {
        async function count() {
            if (menu.getCurrentApp()?.xmlid !== APP) {
                return;
            }
            const domain = [
                ["needs_attention", "=", true],
                ["may_decide", "=", true],
            ];
            const found = await orm.silent.searchCount(RECEIPT, domain, { limit: MOST + 1 });
            const text = found > MOST ? `${MOST}+` : `${found || ""}`;
            const { style } = document.documentElement;
            style.setProperty("--o-marketplace-attention", text ? JSON.stringify(text) : "none");
        }
        // a menu without its number is no reason for a message
        const recount = () => count().catch(() => {});
        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", recount);
        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => {
            const { model, method } = detail.data.params;
            if (model?.startsWith("marketplace.") && method?.startsWith("action_")) {
                recount();
            }
        });
    },
};

registry.category("services").add("marketplace_attention", attentionService);
