"""A page among Odoo's dashboards; this module runs in Odoo's shell, too."""


def make_page(env, is_changed):
    """The page as 19.0.1.8 made it; return its ID."""
    page = env["spreadsheet.dashboard"].create(
        {
            "name": "Cancellations",
            "spreadsheet_binary_data": "e30=",
            "dashboard_group_id": env.ref(
                "spreadsheet_dashboard.spreadsheet_dashboard_group_sales"
            ).id,
            "is_published": True,
        }
    )
    env["ir.model.data"].create(
        {
            "module": "marketplace_order_cancellation",
            "name": "spreadsheet_dashboard_cancellations",
            "model": page._name,
            "res_id": page.id,
            "noupdate": True,
        }
    )
    if is_changed:
        page.with_user(env.ref("base.user_admin")).name = "Our Cancellations"
    return page.id
