"""Orders that cannot be cancelled, or not without a closer look."""

import psycopg2


def refuse_to_cancel(database):
    """Let orders whose marketplace ID says so fail to be cancelled, in the database itself."""
    with psycopg2.connect(dbname=database) as connection, connection.cursor() as cr:
        cr.execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'not this one'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE OF state ON sale_order FOR EACH ROW
                WHEN (NEW.state = 'cancel' AND NEW.marketplace_order_id LIKE 'BAD-%')
                EXECUTE FUNCTION refuse()
            """
        )
    connection.close()


def pick(seller, order_id):
    """Begin to work on an order, so that it needs a closer look."""
    (picking,) = seller.pickings([order_id])
    moves = seller.search("stock.move", [("picking_id", "=", picking["id"])], [])
    seller.server.execute("stock.move", "write", [move["id"] for move in moves], {"picked": True})
