"""The tables of a database, and what Odoo knows of them, in a form that can be compared."""

from odoo_cli import ADDON, query


def schema(database, with_names=True):
    """All columns, indexes and constraints, without the order in which they came to be.

    :param with_names: also the names of what is on relation tables: Odoo and PostgreSQL make them,
        and number those that are alike by which came first
    """
    relation = "_rel$" if not with_names else "^$"
    return {
        "columns": _rows(
            database,
            """
            SELECT table_name, column_name, udt_name, character_maximum_length,
                   numeric_precision, numeric_scale, is_nullable, column_default
              FROM information_schema.columns
             WHERE table_schema = 'public'
            """,
        ),
        "indexes": _rows(
            database,
            r"""
            SELECT CASE WHEN tablename ~ %s
                        THEN regexp_replace(indexdef, 'INDEX \S+ ON ', 'INDEX ON ')
                        ELSE indexdef
                   END
              FROM pg_indexes
             WHERE schemaname = 'public'
            """,
            relation,
        ),
        "constraints": _rows(
            database,
            """
            SELECT conrelid::regclass::text, pg_get_constraintdef(oid),
                   CASE WHEN conrelid::regclass::text !~ %s THEN conname END
              FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace
            """,
            relation,
        ),
    }


def metadata(database):
    """The addon's fields, rights, rules, jobs, menus, ... by what they do, not by their IDs."""
    return {
        "names": _rows(
            database,
            """
            SELECT model, name, noupdate FROM ir_model_data
             WHERE module = %s AND model ~ '^(ir|res|mail)[.]'  -- and no demo data
            """,
            ADDON,
        ),
        "fields": _rows(
            database,
            """
            SELECT field.model, field.name, ttype, relation, required, readonly, store, index,
                   on_delete
              FROM ir_model_fields field
             WHERE id IN (SELECT res_id FROM ir_model_data
                           WHERE module = %s AND model = 'ir.model.fields')
            """,
            ADDON,
        ),
        "rights": _rows(
            database,
            """
            SELECT name, perm_read, perm_write, perm_create, perm_unlink, active
              FROM ir_model_access
             WHERE id IN (SELECT res_id FROM ir_model_data
                           WHERE module = %s AND model = 'ir.model.access')
            """,
            ADDON,
        ),
        "rules": _rows(
            database,
            """
            SELECT name, domain_force, active FROM ir_rule
             WHERE id IN (SELECT res_id FROM ir_model_data
                           WHERE module = %s AND model = 'ir.rule')
            """,
            ADDON,
        ),
        "jobs": _rows(
            database,
            """
            SELECT cron_name, action.code, interval_number, interval_type, priority, active
              FROM ir_cron JOIN ir_act_server action ON action.id = ir_actions_server_id
             WHERE ir_cron.id IN (SELECT res_id FROM ir_model_data
                                   WHERE module = %s AND model = 'ir.cron')
            """,
            ADDON,
        ),
        "groups of groups": _rows(
            database,
            """
            SELECT one.name->>'en_US', other.name->>'en_US'
              FROM res_groups_implied_rel
              JOIN res_groups one ON one.id = gid
              JOIN res_groups other ON other.id = hid
              JOIN ir_model_data ON res_id IN (gid, hid)
             WHERE ir_model_data.module = %s AND ir_model_data.model = 'res.groups'
            """,
            ADDON,
        ),
        "views": _rows(
            database,
            """
            SELECT name, model, mode, priority, active, arch_db->>'en_US' FROM ir_ui_view
             WHERE id IN (SELECT res_id FROM ir_model_data
                           WHERE module = %s AND model = 'ir.ui.view')
               AND arch_db->>'en_US' !~ 'name="[0-9]+"'  -- those have IDs in them
            """,
            ADDON,
        ),
    }


def _rows(database, statement, *values):
    return set(query(database, statement, *values))
