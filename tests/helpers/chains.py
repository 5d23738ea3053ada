"""In which order the addon's own overrides of a method are called."""

#: The end of many a chain of what is done with orders that are read.
READING = ["reading.reconciliation_reading", "reading.order_reading"]

#: Methods that the addon itself overrides more than once, or that it defines and overrides: where,
#: the outermost first. Odoo calls them in this order.
CHAINS = {
    "account.move._post": ["change.posting", "outbox.invoice", "order.account_move"],
    "marketplace.account._end_rejection": ["reading.permission", "outbox.pause"],
    "marketplace.account._is_reading_wanted": [
        "change.account",
        "reading.told",
        "reading.reconciliation_account",
        "reading.before_leaving",
        "reading.account",
    ],
    "marketplace.account._domain_counted": ["selftest.account", "account.marketplace_account"],
    "marketplace.account._note_use": ["selftest.account", "access.endpoint"],
    "marketplace.account._open": ["selftest.account", "account.marketplace_account"],
    "marketplace.account._take_notification": ["change.shown", "reading.notification"],
    "marketplace.account._test_connection": ["health.setup", "outbox.connection"],
    "marketplace.account._working_credentials": [
        "selftest.account",
        "reading.hook",
        "access.settings",
    ],
    "marketplace.account.create": ["access.settings", "account.marketplace_account"],
    "marketplace.account.verify_log": ["health.health", "log.account"],
    "marketplace.account.write": [
        "reading.reconciliation_account",
        "reading.before_leaving",
        "outbox.account",
        "access.settings",
        "account.marketplace_account",
    ],
    "marketplace.cancellation.delivery.create": ["receipt.arrival", "log.receipt"],
    "marketplace.cancellation.receipt._add_news": ["log.receipt", "receipt.receipt"],
    "marketplace.cancellation.receipt._domain_attention": ["selftest.receipt", "receipt.finding"],
    **{
        f"marketplace.cancellation.receipt.{name}": [f"change.{own}", f"receipt.{extended}"]
        for own, extended, names in (
            ("decision", "decision", ["_decide"]),
            ("receipt", "outcome", ["_as_cause"]),
            ("undecided", "outcome", ["_set_failed"]),
            ("undecided", "decision", ["_compute_default_decision", "_decision_by_default"]),
            ("notice", "notice", ["_headline", "_what_came_of_it", "_who_decided"]),
            (
                "undecided",
                "deadline",
                ["_ask_to_act", "_decide_by_default", "_try_at_deadline", "_undecided"],
            ),
            ("undecided", "bulk", ["_compute_can_decide", "_obstacle_in_itself", "_settled"]),
            (
                "undecided",
                "unsettled",
                ["_has_failed", "_obstacle_to_resolution", "_open_orders_held", "_unsettled"],
            ),
        )
        for name in names
    },
    "marketplace.cancellation.receipt._compute_accept_text": ["change.summary", "receipt.page"],
    **{
        f"marketplace.cancellation.receipt.{name}": ["outbox.progress", "receipt.page"]
        for name in ("_is_being_told", "_is_call_not_accepted")
    },
    "marketplace.cancellation.receipt._calls_that_tell": ["change.handshake", "outbox.progress"],
    "marketplace.cancellation.receipt._is_to_be_known": ["change.handshake", "receipt.page"],
    **{
        f"marketplace.cancellation.{name}._insert": ["log.receipt", "base.insert"]
        for name in ("delivery", "receipt")
    },
    "marketplace.cancellation.receipt._known_when_created": [
        "reporting.receipt",
        "receipt.arrival",
        "base.insert",
    ],
    "marketplace.cancellation.receipt._known_at": [
        "change.handshake",
        "outbox.progress",
        "receipt.page",
    ],
    "marketplace.cancellation.receipt._carry_out_part": [
        "reporting.change",
        "change.summary",
        "change.decision",
    ],
    "marketplace.cancellation.receipt._count_once": ["reporting.receipt", "receipt.outcome"],
    "marketplace.cancellation.receipt._judge": ["change.done_by_hand", "change.judgement"],
    "marketplace.cancellation.receipt._try_again": [
        "change.done_by_hand",
        "change.undecided",
        "receipt.unsettled",
    ],
    "marketplace.cancellation.receipt._report_values": ["reporting.receipt", "receipt.outcome"],
    "marketplace.cancellation.receipt._set_kept": ["reporting.receipt", "receipt.outcome"],
    "marketplace.cancellation.receipt._stage_when_decided": [
        "reporting.receipt",
        "receipt.outcome",
    ],
    "marketplace.cancellation.receipt._compute_display_name": ["change.summary", "receipt.receipt"],
    "marketplace.cancellation.receipt._compute_request_text": ["change.summary", "receipt.arrival"],
    **{
        f"marketplace.cancellation.receipt.{name}": ["retention.change", "retention.erasure"]
        for name in ("_erase", "_erase_from_answers")
    },
    "marketplace.cancellation.receipt._is_cancellation_confirmed": [
        "change.summary",
        "receipt.decision",
    ],
    "marketplace.cancellation.receipt._states_to_tell": ["change.notice", "receipt.of_orders"],
    **{
        f"{model}._set_marketplace_notice": ["change.notice", "receipt.notice"]
        for model in ("marketplace.notice.mixin", "sale.order", "stock.picking")
    },
    **{
        f"{model}.{name}": [change, where]
        for model, change, where in (
            ("sale.order", "change.sale_order", "order.notice"),
            ("stock.picking", "change.documents", "transfer.notice"),
        )
        for name in ("_fill_marketplace_notice", "_search_marketplace_hold")
    },
    **{
        f"{model}._compute_marketplace_notice": [change, where, "receipt.notice"]
        for model, change, where in (
            ("sale.order", "change.sale_order", "order.notice"),
            ("stock.picking", "change.documents", "transfer.notice"),
        )
    },
    "stock.picking._notice_in_large_letters": ["change.documents", "transfer.notice"],
    "stock.picking._telling": ["change.documents", "transfer.notice"],
    "marketplace.cancellation.receipt.write": ["log.receipt", "receipt.outcome"],
    "marketplace.change.service._cron_settle_changes": ["change.echo", "change.pending"],
    "marketplace.change.service._decide_if_new": ["change.echo", "change.service"],
    **{
        f"marketplace.order.reading.{name}": READING
        for name in ("_forget", "_on_found", "_try_later")
    },
    "marketplace.order.reading._cron_read": ["change.reading", *READING],
    **{f"marketplace.order.reading.{name}": ["reading.told", *READING] for name in ("_give_up",)},
    "marketplace.order.reading._on_read": [
        "change.shown",
        "reading.told",
        "reading.reconciliation_reading",
        "reading.order_reading",
    ],
    **{
        f"marketplace.order.reading.{name}": ["change.reading", "reading.order_reading"]
        for name in ("_ask", "_read", "_settle", "_take")
    },
    **{
        f"marketplace.outbound.call.{name}": [f"change.{own}", f"outbox.{extended}"]
        for own, extended, names in (
            ("call", "sending", ["_call", "_obsolete_because", "_prepare"]),
            ("call", "answers", ["_end_as_sent", "_end_as_taken", "_outcome"]),
            ("call_answers", "answers", ["_fail", "_take_refusal"]),
        )
        for name in names
    },
    "marketplace.outbound.call._end": [
        "change.own_change",
        "change.repeat",
        "outbox.outbound_call",
    ],
    "marketplace.outbound.call._put_off": ["change.own_change", "outbox.sending"],
    "marketplace.outbound.call._set_pending": ["change.own_change", "outbox.outbound_call"],
    "sale.order._add_outbound_call": ["selftest.sale_order", "outbox.order"],
    "sale.order._can_cancel_at_marketplace": ["selftest.sale_order", "outbox.order"],
    "sale.order._carry_out_waiting_cancellations": ["change.sale_order", "order.successors"],
    "sale.order._go_down_to_what_has_left": ["change.by_hand", "change.sale_order"],
    "sale.order._holds_documents": ["change.sale_order", "outbox.progress"],
    "sale.order._is_changed_there": ["change.sale_order", "reading.look"],
    "sale.order._on_cancelled_by_seller": ["selftest.sale_order", "order.seller_cancellation"],
    "sale.order._on_cancelled_here": ["change.sale_order", "order.seller_cancellation"],
    "sale.order._requests_open": ["change.hold", "order.identity"],
    "sale.order._take_out": ["change.by_hand", "change.take_out"],
    "stock.move._action_done": ["change.came_back", "transfer.hold"],
    "stock.move._check_may_leave": ["change.hold", "transfer.hold"],
    "stock.move._reasons_to_stay": ["change.hold", "transfer.hold"],
    "stock.picking._check_not_cancelled": ["change.documents", "transfer.stock_picking"],
    "stock.picking.button_validate": ["reading.before_leaving", "transfer.stock_picking"],
}
