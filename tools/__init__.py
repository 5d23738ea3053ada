"""What needs neither Odoo's ORM nor its HTTP server."""
