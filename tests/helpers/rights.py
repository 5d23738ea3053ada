"""Who may do what with this addon: one row for each thing, and each kind of user.

Whatever the addon defines must have its row here, or ``test_rights_*`` fail: who adds a model, a
restricted field, a public method, a page, a job or a route has to decide for whom it is.

The rows are about documents of a user's own company. Nobody may do anything with another one's.
``RightsCase`` has the same documents twice, and a foreign manager, whose own the others are.
"""

ADDON = "marketplace_order_cancellation"

#: Each kind of user by the groups it has been given.
GROUPS = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "internal": "base.group_user",
    "settings": "base.group_user,base.group_system",
    "salesperson": "sales_team.group_sale_salesman",
    "seller of all": "sales_team.group_sale_salesman_all_leads,stock.group_stock_user",
    "sales manager": "sales_team.group_sale_manager,stock.group_stock_manager",
    "stock": "stock.group_stock_user",
    "user": f"{ADDON}.group_marketplace_user",
    "manager": f"{ADDON}.group_marketplace_manager",
    "endpoint": f"{ADDON}.group_marketplace_endpoint",
}
#: One more works in the other company only. It is there what the sales manager is here.
FOREIGN, FOREIGN_IS = "foreign manager", "sales manager"

NOBODY = frozenset()
EVERYBODY = frozenset(GROUPS)
INSIDERS = EVERYBODY - {"public", "portal"}
READERS = INSIDERS - {"internal", "settings"}
MANAGERS = frozenset({"sales manager", "manager"})
ENDPOINT = frozenset({"endpoint"})
SETTINGS = frozenset({"settings"})
DECIDERS = MANAGERS | ENDPOINT | {"seller of all"}
SELLERS = frozenset({"salesperson", "seller of all", "sales manager", "endpoint"})
STOCK = ENDPOINT | {"stock", "seller of all", "sales manager"}
#: Who works with sales orders and transfers: Odoo lets either write both.
ORDERS = SELLERS | STOCK
#: It only says which page to open: nothing of a record is read, so it may be anybody's.
PAGE = EVERYBODY | {FOREIGN}

#: model: who may read, write, create and unlink. Wizards: the own ones.
RECORDS = {
    "marketplace.account": (READERS, MANAGERS, MANAGERS, MANAGERS),
    "marketplace.account.credential": (MANAGERS, NOBODY, NOBODY, NOBODY),
    "marketplace.cancellation.receipt": (READERS, ENDPOINT, ENDPOINT, NOBODY),
    "marketplace.cancellation.delivery": (READERS, NOBODY, ENDPOINT, NOBODY),
    "marketplace.cancellation.service": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.outbound.call": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.outbound.attempt": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.order.reading": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.reconciliation": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.reconciliation.finding": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.change.service": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.change.line": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.change.choice": (READERS, READERS, READERS, READERS),
    "marketplace.change.choice.line": (READERS, READERS, READERS, READERS),
    "marketplace.call.rate": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.seller.part": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.rejected.call": (READERS, NOBODY, NOBODY, NOBODY),
    "marketplace.signed.attempt": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.log.entry": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.insert.mixin": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.log.mixin": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.notice.mixin": (NOBODY, NOBODY, NOBODY, NOBODY),
    "marketplace.log.check": (READERS, READERS, READERS, READERS),
    "marketplace.credential.rotation": (MANAGERS, MANAGERS, MANAGERS, MANAGERS),
    "marketplace.credential.show": (MANAGERS, MANAGERS, MANAGERS, MANAGERS),
    "marketplace.decision": (READERS, READERS, READERS, READERS),
    "marketplace.erasure": (MANAGERS, MANAGERS, MANAGERS, MANAGERS),
    "marketplace.give.up": (READERS, READERS, READERS, READERS),
    "marketplace.hook.replacement": (MANAGERS, MANAGERS, MANAGERS, MANAGERS),
    "marketplace.order.cancel": (INSIDERS, INSIDERS, INSIDERS, INSIDERS),
    "marketplace.order.keep": (READERS, READERS, READERS, READERS),
    "marketplace.order.part": (INSIDERS, INSIDERS, INSIDERS, INSIDERS),
    "marketplace.order.part.line": (INSIDERS, INSIDERS, INSIDERS, INSIDERS),
    "marketplace.resolution": (READERS, READERS, READERS, READERS),
}

#: What orders and transfers tell of a marketplace's wish.
NOTICES = dict.fromkeys(
    (
        "marketplace_hold",
        "marketplace_notice_kind",
        "marketplace_notice",
        "marketplace_notice_details",
        "is_cancelled_by_marketplace",
        "is_change_to_decide",
    ),
    INSIDERS,
)

#: model: {field: who may read it on the records that they may read}. Each field with groups, and
#: each that the addon adds to others' models; what is not here, every reader of a record may read.
FIELDS = {
    "marketplace.account": {
        "outbound_token": NOBODY,
        "new_outbound_token": MANAGERS,
        "credential_ids": MANAGERS,
        "test_credential_ids": MANAGERS,
        **dict.fromkeys(("setup_steps", "setup_is_open", "allowed_networks"), MANAGERS),
        **dict.fromkeys(("outbound_key", "services_endpoint", "signing_secret_ids"), MANAGERS),
        **dict.fromkeys(("store_name", "store_environment", "new_signing_secret"), MANAGERS),
        **dict.fromkeys(("log_begins_after", "log_begins_hash", "told_health"), NOBODY),
        "hook_credential_ids": MANAGERS,
        "order_count": SELLERS,
    },
    "marketplace.account.credential": {"token_hash": NOBODY, "signing_secret": NOBODY},
    "marketplace.cancellation.receipt": {
        "return_picking_ids": STOCK,
        **dict.fromkeys(("return_count", "transfer_count"), STOCK),
        "cancelled_by_hand": READERS,
        **dict.fromkeys(("called_off", "change_totals", "totals_noted"), SELLERS),
        **dict.fromkeys(("customer_id", "product_id", "order_transfers"), ORDERS),
        **dict.fromkeys(("order_total", "currency_id", "order_line_ids"), SELLERS),
        **dict.fromkeys(("order_tracking", "order_invoices", "order_returns"), SELLERS),
    },
    "marketplace.change.line": {"price_text": SELLERS},
    "marketplace.rejected.call": dict.fromkeys(("remote_address", "source"), MANAGERS),
    "digest.digest": {
        "kpi_marketplace_cancellations": PAGE,
        "kpi_marketplace_cancellations_value": READERS,
        "kpi_marketplace_undecided": PAGE,
        "kpi_marketplace_undecided_value": READERS,
        "kpi_marketplace_called_off": PAGE,
        "kpi_marketplace_called_off_value": SELLERS,
    },
    "sale.order": {
        **dict.fromkeys(("marketplace_account_id", "marketplace_order_id"), INSIDERS),
        **dict.fromkeys(("replaced_order_id", "replacement_order_ids"), INSIDERS),
        "marketplace_created_at": INSIDERS,
        "first_confirmed_at": NOBODY,
        **NOTICES,
        "cancellation_receipt_ids": READERS,
        "cancellation_receipt_count": READERS,
        **dict.fromkeys(("outbound_call_ids", "outbound_call_count"), READERS),
        **dict.fromkeys(("cancel_call_id", "cancel_call_state"), READERS),
        **dict.fromkeys(("cancel_call_error", "cancel_call_at"), READERS),
        **dict.fromkeys(("is_untold", "is_cancellation_to_decide"), INSIDERS),
        "may_keep_open": INSIDERS,
        **dict.fromkeys(("is_cancelled_there", "is_open_there", "open_there_text"), INSIDERS),
        **dict.fromkeys(("is_marketplace_test", "seller_cancel_reason"), INSIDERS),
        "untold_parts": INSIDERS,
        "seller_return_ids": STOCK,
        **dict.fromkeys(("coming_back", "cancelled_by_hand"), INSIDERS),
        **dict.fromkeys(("seller_part_ids", "cancelled_at_marketplace"), NOBODY),
        **dict.fromkeys(("is_kept_open", "fulfilment_claims"), NOBODY),
    },
    "marketplace.outbound.call": {"deducted_ids": NOBODY},  # accountants see it
    "stock.move": {"is_held_by_change": INSIDERS, "change_text": INSIDERS},
    "sale.order.line": {
        "is_held_by_change": INSIDERS,
        "change_text": INSIDERS,
        "marketplace_line_id": INSIDERS,
        "marketplace_sku": INSIDERS,
        "marketplace_taken_out": NOBODY,
        "change_line_ids": READERS,
        "marketplace_untold": NOBODY,
        "seller_part_ids": NOBODY,
    },
    "stock.picking": {
        "cancellation_receipt_ids": READERS,
        "cancellation_receipt_count": READERS,
        **NOTICES,
        "return_receipt_id": INSIDERS,
        "return_order_id": INSIDERS,
        "is_marketplace_test": INSIDERS,
    },
    "stock.picking.type": {"count_picking_marketplace_hold": ORDERS},
    "sale.mass.cancel.orders": {
        **dict.fromkeys(("asked_orders", "expected_orders_count", "obstructed_orders"), SELLERS),
        **dict.fromkeys(("marketplace_preview", "seller_cancel_reason"), SELLERS),
        **dict.fromkeys(("can_tell", "tell_marketplace"), SELLERS),
    },
    "res.config.settings": {
        "marketplace_account_count": MANAGERS,
        "marketplace_unconnected_count": MANAGERS,
        "marketplace_rejected_count": MANAGERS,
        "marketplace_failed_calls": SETTINGS,
    },
}

#: model: {method: who may call it}. Everybody else gets an AccessError, and has changed nothing.
#: Odoo's own create, write and unlink are in ``RECORDS``.
METHODS = {
    "marketplace.account": {
        "action_generate_credential": MANAGERS,
        "action_rotate_credential": PAGE,
        **dict.fromkeys(("action_archive", "action_pause", "action_resume"), MANAGERS),
        "action_test_connection": MANAGERS,
        "action_connect_hook": MANAGERS,
        "action_disconnect_hook": MANAGERS,
        "action_check_hook": MANAGERS,
        "action_read_again": MANAGERS,
        "action_compare_now": MANAGERS,
        "action_view_reconciliations": PAGE,
        "cancellation_figures": READERS,
        "action_send_test_cancellation": MANAGERS,
        "start_test_cancellation": MANAGERS,
        "look_at_test_cancellation": MANAGERS,
        "finish_test_cancellation": MANAGERS,
        "action_setup_connection": MANAGERS,
        "action_setup_hide": MANAGERS,
        **dict.fromkeys(("action_setup_registered", "action_setup_show"), MANAGERS),
        "action_setup_skip": MANAGERS,
        "action_view_health": PAGE,
        "action_open_check": PAGE,
        "action_open_rejected": PAGE,
        "verify_log": READERS,
        "action_verify_log": READERS,
        **dict.fromkeys(("action_view_orders", "action_view_receipts"), PAGE),
        "action_view_outbound_calls": PAGE,
        "copy_data": MANAGERS,
    },
    "marketplace.account.credential": {"action_revoke": MANAGERS},
    "marketplace.cancellation.receipt": {
        **dict.fromkeys(("action_accept", "action_accept_selected"), DECIDERS),
        **dict.fromkeys(("action_refuse", "action_refuse_selected"), DECIDERS),
        **dict.fromkeys(("decide_each", "action_keep"), DECIDERS),
        "message_subscribe": PAGE,  # Odoo's own: with nobody to subscribe it does nothing
        "action_carry_out": DECIDERS,
        "action_ask_marketplace": DECIDERS,
        "action_process_again": DECIDERS,
        "action_erase": MANAGERS,
        "action_is_own_change": DECIDERS,
        "action_is_repeat": DECIDERS,
        "action_resolve": DECIDERS,
        "action_taken_out_before": DECIDERS,
        "action_tell_marketplace": DECIDERS,
        "action_told_otherwise": DECIDERS,
        "action_view_order": READERS,
        "action_view_transfers": READERS,
        "action_view_returns": STOCK,
    },
    "marketplace.change.choice": {"action_take_out": DECIDERS},
    "marketplace.outbound.call": {
        # who may cancel the order there may have that call sent once more
        **dict.fromkeys(("action_send_again", "action_send_now"), DECIDERS | SELLERS),
        "action_give_up": DECIDERS,
    },
    "marketplace.credential.rotation": {"action_rotate": MANAGERS},
    "marketplace.decision": {"action_apply": DECIDERS},
    "marketplace.erasure": {"action_erase": MANAGERS},
    "marketplace.hook.replacement": {"action_replace": MANAGERS},
    "marketplace.give.up": {"action_give_up": DECIDERS},
    "marketplace.log.check": {"action_verify": READERS},
    "marketplace.order.cancel": {
        "action_cancel_everywhere": ORDERS,
        "action_cancel_order": ORDERS,
    },
    "marketplace.order.keep": {"action_keep": DECIDERS & ORDERS},
    "marketplace.order.part": {
        "action_cancel_whole_order": INSIDERS,
        "action_take_out": ORDERS,
        "action_take_out_everywhere": ORDERS,
    },
    "marketplace.reconciliation": {
        "action_refresh": READERS,
        "action_stop": MANAGERS,
        "action_view_cancelled": READERS,
        "action_view_open": READERS,
    },
    "marketplace.reconciliation.finding": {"action_view_order": READERS},
    "marketplace.resolution": {"action_resolve": DECIDERS},
    "sale.mass.cancel.orders": dict.fromkeys(
        ("action_mass_cancel", "action_mass_cancel_everywhere"), SELLERS
    ),
    "sale.order": {
        "action_cancel_at_marketplace": ORDERS,
        "action_compare_with_marketplace": ORDERS,
        "action_confirm": ORDERS,
        "action_keep_open": DECIDERS & ORDERS,
        "action_parts_are_known": ORDERS,
        "action_take_out": ORDERS,
        "action_tell_of_parts": ORDERS,
        "action_view_cancellation_receipts": ORDERS,
        "action_view_changes": ORDERS,
        "action_view_cancel_call": ORDERS,
        "action_view_outbound_calls": ORDERS,
    },
    "stock.picking": {
        "action_assign": ORDERS,
        "action_cancel": ORDERS,
        "action_put_in_pack": STOCK,
        "action_view_cancellation_receipts": READERS,
        "action_view_changes": ORDERS,
        "button_validate": ORDERS,
        "do_print_picking": ORDERS,
    },
    "stock.picking.type": {"get_action_picking_tree_marketplace_hold": INSIDERS},
    # Odoo's own method of everybody: with nothing to procure it reads and does nothing.
    "stock.rule": {"run": PAGE},
}
#: Where other addons are installed, Odoo wants rights on purchases of who cancels an order: whether
#: these may, it decides.
ODOO_DECIDES = {
    ("marketplace.order.cancel", "action_cancel_everywhere"): {"salesperson", "stock"},
    ("marketplace.order.cancel", "action_cancel_order"): {"salesperson", "stock"},
    ("sale.mass.cancel.orders", "action_mass_cancel"): {"salesperson"},
    ("sale.mass.cancel.orders", "action_mass_cancel_everywhere"): {"salesperson"},
}
#: (model, method): what it is called with, if anything; or a function of the record, in superuser
#: mode, that says so.
ARGUMENTS = {
    ("marketplace.account", "cancellation_figures"): {
        "begin": "2026-01-01 00:00:00",
        "end": "2026-02-01 00:00:00",
    },
    ("marketplace.account", "look_at_test_cancellation"): {"reference": "TEST-0"},
    ("marketplace.account", "finish_test_cancellation"): {"reference": "TEST-0"},
    ("marketplace.cancellation.receipt", "action_refuse"): {"reason": "It is on its way."},
    ("marketplace.cancellation.receipt", "decide_each"): {"decision": "accept"},
    ("marketplace.cancellation.receipt", "action_keep"): {"reason": "It is on its way."},
    ("marketplace.cancellation.receipt", "action_resolve"): {"note": "Settled by phone."},
    ("sale.order", "action_keep_open"): {"reason": "The shopper has paid us."},
    ("sale.order", "action_take_out"): lambda order: {
        "quantities": {str(order.order_line.id): 1},
        "reason": "Cracked.",
        "tell_marketplace": False,
    },
    ("marketplace.outbound.call", "action_give_up"): {"note": "Told by phone."},
    ("stock.rule", "run"): {"procurements": []},
}
_OF_FREE_TRANSFERS = "action_assign", "action_put_in_pack", "button_validate", "do_print_picking"
#: (model, method): which of the documents it is about, if not the usual one.
ABOUT = {
    ("marketplace.account", "unlink"): "unused",
    ("marketplace.cancellation.receipt", "action_carry_out"): "agreed",
    ("marketplace.cancellation.receipt", "action_is_own_change"): "repeated",
    ("marketplace.cancellation.receipt", "action_is_repeat"): "repeated",
    ("marketplace.cancellation.receipt", "action_resolve"): "contradictory",
    ("marketplace.cancellation.receipt", "action_taken_out_before"): "undecided",
    ("marketplace.cancellation.receipt", "action_tell_marketplace"): "accepted",
    ("marketplace.cancellation.receipt", "action_told_otherwise"): "accepted",
    ("sale.order", "action_cancel_at_marketplace"): "untold",
    ("sale.order", "action_confirm"): "quotation",
    ("sale.order", "action_keep_open"): "revived",
    ("sale.order", "action_parts_are_known"): "lowered",
    ("sale.order", "action_take_out"): "divisible",
    ("sale.order", "action_tell_of_parts"): "lowered",
    **{("stock.picking", name): "free_picking" for name in _OF_FREE_TRANSFERS},
}

#: XML ID of a menu: who sees it.
MENUS = {
    "menu_marketplace_root": READERS,
    "menu_marketplace_cancellations": READERS,
    "menu_marketplace_orders": SELLERS,
    "menu_marketplace_calls": READERS,
    "menu_marketplace_reconciliations": READERS,
    "menu_marketplace_reporting": READERS,
    "menu_marketplace_dashboard": READERS,
    "menu_marketplace_analysis": READERS,
    "menu_marketplace_configuration": MANAGERS,
    "menu_marketplace_accounts": MANAGERS,
    "menu_marketplace_rejected_calls": MANAGERS,
}

#: XML ID of a page, which is an ``ir.actions.act_window``: who can open it.
PAGES = {
    "action_marketplace_account": READERS,
    "action_marketplace_cancellation_analysis": READERS,
    "action_marketplace_cancellation_receipt": READERS,
    "action_marketplace_cancellation_undecided": READERS,
    "action_marketplace_change_choice": READERS,
    "action_marketplace_change_keep": READERS,
    "action_marketplace_change_refuse": READERS,
    "action_marketplace_decision_keep": READERS,
    "action_marketplace_decision_refuse": READERS,
    "action_marketplace_erasure": MANAGERS,
    "action_marketplace_give_up": READERS,
    "action_marketplace_order_cancel": INSIDERS,
    "action_marketplace_order_keep": READERS,
    "action_marketplace_order_part": INSIDERS,
    "action_marketplace_orders": ORDERS | {"portal"},  # the own orders, without our fields
    "action_marketplace_outbound_call": READERS,
    "action_marketplace_reconciliation": READERS,
    "action_marketplace_rejected_call": READERS,
    "action_marketplace_resolution": READERS,
}

#: XML ID of a page that the addon draws itself, an ``ir.actions.client``. Anybody may open it: what
#: it shows is asked for by the methods named here, each with a row of its own.
DRAWN_PAGES = {"action_marketplace_cancellation_dashboard": "cancellation_figures"}

#: XML ID of an entry in the menu of actions (``ir.actions.server``): its model, who may run it.
MENU_ACTIONS = {"action_compare_orders": ("sale.order", ORDERS)}

#: XML ID of a server action that opens a page: who may run it.
OPENING_ACTIONS = {"action_marketplace_cancellations": READERS}

#: XML ID of a job: who may run it, or its server action, by hand.
JOBS = dict.fromkeys((
    "cron_chain_log", "cron_check_hooks", "cron_deadlines", "cron_end_tests",
    "cron_delete_expired", "cron_read_orders", "cron_reconcile", "cron_send_calls",
    "cron_settle_changes", "cron_settle_pending", "cron_settle_queued_1",
    "cron_settle_queued_2", "cron_tell", "cron_tell_health", "cron_verify_logs",
), SETTINGS)  # fmt: skip
