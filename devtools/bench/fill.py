"""Fills a database with old orders and their receipts, straight in SQL."""

from psycopg2 import sql

# What differs from the copied row; everything else, whatever fields there are, is as real as it.
_ORDER = {
    "id": "%(first)s + i",
    "name": "'F' || i",
    "marketplace_order_id": "'filler-' || i",
    "access_token": "NULL",
    "partner_id": "partners[1 + i %% cardinality(partners)]",
    "partner_invoice_id": "partners[1 + i %% cardinality(partners)]",
    "partner_shipping_id": "partners[1 + i %% cardinality(partners)]",
    "date_order": "old.date_order - i * interval '30 seconds'",
    "create_date": "old.create_date - i * interval '30 seconds'",
}
_RECEIPT = {
    "id": "%(first)s + i",
    "protocol_code": "gen_random_uuid()::text",
    "marketplace_order_id": "'filler-' || i",
    "path_order_id": "'filler-' || i",
    "sale_order_id": "%(orders)s + i",
    "received_at": "old.received_at - i * interval '30 seconds'",
    "settled_at": "old.settled_at - i * interval '30 seconds'",
    "create_date": "old.create_date - i * interval '30 seconds'",
}
_DELIVERY = {
    "id": "%(first)s + i",
    "receipt_id": "%(receipts)s + i",
    "received_at": "old.received_at - i * interval '30 seconds'",
    "create_date": "old.create_date - i * interval '30 seconds'",
}


def fill(connection, size, like):
    """Copy a cancelled order, its receipt and its delivery until there are ``size`` orders.

    :param connection: to the database, in autocommit mode; nobody else writes meanwhile
    :param like: ID of the order to copy
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sale_order")
        count = size - cursor.fetchone()[0]
        if count <= 0:
            return
        # Foreign keys hold by construction; to check each would take most of the time.
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        may_all = cursor.fetchone()[0]
        if may_all:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            """SELECT id FROM marketplace_cancellation_receipt
                WHERE sale_order_id = %s AND state = 'cancelled'""",
            (like,),
        )
        receipt = cursor.fetchone()[0]
        cursor.execute(
            "SELECT min(id) FROM marketplace_cancellation_delivery WHERE receipt_id = %s",
            (receipt,),
        )
        delivery = cursor.fetchone()[0]
        keys = {"count": count}
        keys["orders"] = _copy(cursor, "sale_order", like, _ORDER, keys)
        keys["receipts"] = _copy(
            cursor, "marketplace_cancellation_receipt", receipt, _RECEIPT, keys
        )
        _copy(cursor, "marketplace_cancellation_delivery", delivery, _DELIVERY, keys)
        cursor.execute("VACUUM ANALYZE")
        if may_all:
            cursor.execute("RESET session_replication_role")
            cursor.execute("CHECKPOINT")


def _copy(cursor, table, row, changes, keys):
    """Copy one row ``keys["count"]`` times.

    :return: the number that, added to 1, 2, …, gives the copies' IDs
    """
    cursor.execute(sql.SQL("SELECT max(id) FROM {}").format(sql.Identifier(table)))
    first = cursor.fetchone()[0]
    cursor.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = %s""",
        (table,),
    )
    columns = [name for (name,) in cursor.fetchall()]
    values = [
        sql.SQL(changes[name])
        if name in changes
        else sql.SQL("old.{}").format(sql.Identifier(name))
        for name in columns
    ]
    cursor.execute(
        sql.SQL(
            """INSERT INTO {table} ({columns})
               SELECT {values}
                 FROM {table} old,
                      (SELECT array_agg(id) partners FROM res_partner
                        WHERE name LIKE 'Shopper %%') shoppers,
                      generate_series(1, %(count)s) i
                WHERE old.id = %(row)s"""
        ).format(
            table=sql.Identifier(table),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
        ),
        dict(keys, first=first, row=row),
    )
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", (table, first + keys["count"])
    )
    return first
