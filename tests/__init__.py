from .access import (
    test_access_log,
    test_admission,
    test_authorization_header,
    test_credential_use,
    test_limits,
    test_odd_callers,
    test_signature,
)
from .account import test_accounts, test_companies, test_followers, test_policies
from .base import test_times
from .controllers import (
    test_http_bad_input,
    test_http_bodies,
    test_http_endpoint,
    test_http_framing,
    test_http_repeats,
    test_openapi,
    test_openapi_answers,
    test_openapi_requests,
    test_other_addons,
)
from .docs import test_docs, test_readme, test_structure
from .health import test_health, test_health_reading, test_health_jobs
from .log import test_log, test_log_retention, test_log_verify
from .migrations import test_migrate_decisions, test_migration_edge, test_migrations
from .order import (
    test_commitments,
    test_confirmed_again,
    test_down_payments,
    test_facts,
    test_facts_agree,
    test_hidden_documents,
    test_hold_revived,
    test_invoices,
    test_invoices_any_story,
    test_invoices_asked,
    test_invoices_special,
    test_late_money,
    test_loyalty,
    test_notices,
    test_orders,
    test_outside_reports,
    test_replacements,
    test_seller_account,
    test_seller_cancellation,
    test_seller_preview,
    test_seller_preview_true,
    test_seller_upstream,
    test_special_orders,
    test_special_supply,
    test_untouched,
    test_upstream,
    test_upstream_purchases,
    test_window,
)
from .outbox import (
    test_outbound_accounts,
    test_outbound_any_story,
    test_outbound_calls,
    test_outbound_charges,
    test_outbound_deducted,
    test_outbound_details,
    test_outbound_documents,
    test_outbound_earlier_tries,
    test_outbound_given_up,
    test_outbound_invoice_form,
    test_outbound_invoice_values,
    test_outbound_invoices,
    test_outbound_network,
    test_outbound_odd_stories,
    test_outbound_once,
    test_outbound_pause,
    test_outbound_reconciled,
    test_outbound_reported,
    test_outbound_returns,
    test_outbound_said,
    test_outbound_stopped,
)
from .reading import test_hook, test_permissions, test_readings
from .receipt import (
    test_deadlines,
    test_decisions_stay,
    test_evaluating,
    test_ids,
    test_many_receipts,
    test_process_again,
    test_receipt_screens,
    test_receipt_tours,
    test_receipts,
    test_resolution,
    test_search_box,
    test_somebody_is_asked,
)
from .reporting import test_dashboard, test_digest, test_figures
from .retention import (
    test_erasure,
    test_outbound_retention,
    test_retention,
    test_retention_and_calls,
    test_retention_job,
    test_retention_unsettled,
)
from .security import (
    test_access_rights,
    test_contexts,
    test_discretion,
    test_rights_fields,
    test_rights_json2,
    test_rights_methods,
    test_rights_models,
    test_rights_pages,
    test_rights_routes,
    test_rights_secrets,
)
from .selftest import test_setup, test_setup_tours
from .service import (
    test_background,
    test_deleted_jobs,
    test_locked_batches,
    test_locked_requests,
    test_locks,
    test_pending_cancellations,
    test_properties,
    test_query_counts,
    test_scenarios,
    test_waiting_orders,
    test_way_of_a_request,
    test_waking,
)
from .transfer import (
    test_deliveries,
    test_delivery_chains,
    test_goods_at_customers,
    test_goods_count,
    test_goods_properties,
    test_hold,
    test_hold_cancelled,
    test_printing,
    test_special_goods,
    test_transit,
)
from .views import test_tours, test_views
