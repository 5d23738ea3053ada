"""Stories of one order of which parts are taken out, by both sides, while everybody works on it."""

from collections import defaultdict
from typing import NamedTuple

from odoo.exceptions import UserError
from odoo.fields import Command

from ...tools.states import PART_OPEN
from .changes import ChangeCase
from .random_examples import note, st
from .stories import POLICIES, WORK, ImpossibleError, ShopCase
from .warehouse import DELIVERY_STEPS

#: What is done, and how often.
PARTS = (*["part"] * 5, *["ask_part"] * 2, *["confirm_part"] * 2, "decide", "refuse", "seller_part")
BACK = (*["give_back"] * 2, "announce_return", "send_back_unnamed", "lock")
MONEY = ("invoice_draft", *["invoice_posted"] * 2, "invoice_some", "pay", *["credit"] * 2)
MONEY += ("post_credits",)
POLICY = {
    **POLICIES,
    "on_shipped": ("ask", "refuse"),
    "on_invoiced": ("ask", "credit_note", "refuse"),
    "on_committed": ("ask", "cancel"),
}


class PartStory(NamedTuple):
    """What an example is made of; :class:`PartStoryCase` plays it.

    :param lines: of the order: (number of the product, quantity, whether in dozens)
    :param named: whether the marketplace's IDs of the lines are known
    :param by_delivery: whether what was delivered is invoiced, and not what was ordered
    :param deeds: (name, which document, line or request, how much)
    :param whole: before which deed the whole order is cancelled, None if it is not
    """

    steps: str
    stock: int
    lines: list
    named: bool
    by_delivery: bool
    policy: dict
    deeds: tuple
    whole: int | None


def part_stories():
    def deed(names):
        how_much = st.sampled_from((1, 1, 2, 2, 3, 4, None))  # none is all
        return st.tuples(st.sampled_from(names), st.integers(0, 3), how_much)

    # sampled where hypothesis would take small numbers, or few deeds, above all
    line = st.tuples(
        st.integers(0, 2), st.sampled_from((4, 3, 6, 1)), st.sampled_from((False, False, True))
    )
    anything = deed(PARTS) | deed(PARTS) | deed(WORK) | deed(WORK + BACK) | deed(MONEY)
    return st.builds(
        PartStory,
        steps=st.sampled_from((*DELIVERY_STEPS, "pulled")),
        stock=st.sampled_from((500, 8)),
        lines=st.lists(line, min_size=2, max_size=3),
        named=st.booleans(),
        by_delivery=st.booleans(),
        policy=st.fixed_dictionaries({key: st.sampled_from(POLICY[key]) for key in POLICY}),
        deeds=st.tuples(deed(WORK), *[anything] * 11),
        whole=st.sampled_from((None, None, None, 11, 8, 5)),
    )


class PartStoryCase(ShopCase, ChangeCase):
    """Plays stories of parts; :meth:`after` is called after each deed that could be done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number, product in enumerate(cls.products):
            product.write({"default_code": f"SKU-{number}", "list_price": 10})

    def play(self, story):
        """Do all that happens in ``story``; return its order."""
        order = self.begin(story)
        for number, (name, which, how_much) in enumerate(story.deeds):
            if number == story.whole:
                self.do("cancel_whole", 0, None)
            self.do(name, which, how_much)
        return order

    def begin(self, story):
        """Make the order of ``story``, and return it."""
        self.warehouse.delivery_steps = DELIVERY_STEPS.get(story.steps, "pick_pack_ship")
        self.account.write(story.policy)
        self.taken_by_seller = {}
        #: ``{product: quantity}`` that came back without a word on its order
        self.back_unnamed = defaultdict(float)
        #: ``{(product, location): quantity}`` that somebody left there on purpose
        self.given_up = defaultdict(float)
        policy = "delivery" if story.by_delivery else "order"
        for product in self.products:
            product.invoice_policy = policy
            lots = self.lots.get(product, [None])
            for lot in lots:
                self.env["stock.quant"]._update_available_quantity(
                    product, self.stock_location, story.stock / len(lots), lot_id=lot
                )
        self.story_order = order = self.order(story, story.lines, "STORY")
        if story.named:
            for line in order.order_line:
                line.marketplace_line_id = f"U-{line.id}"
        self.changes_made = 0
        return order

    def do(self, name, which, how_much):
        order = self.story_order
        self.before(order, name)
        try:
            with self.env.cr.savepoint():
                getattr(self, name)(order, which, how_much)
        except (ImpossibleError, UserError) as error:
            note(f"{name} was not possible: {error}")
            self.env.invalidate_all()
            return
        self.env.flush_all()
        self.env.invalidate_all()
        self.after(order, name)

    def before(self, order, name):
        """Called before each deed."""

    def after(self, order, name):
        """Called after each deed that could be done."""

    # -- What the marketplace and people decide ---------------------------------------------------

    def receipts_of(self, order, *states):
        """The receipts of parts of ``order`` in one of ``states``, in any by default."""
        return order.cancellation_receipt_ids.filtered(
            lambda own: own.kind == "part" and (own.state in states or not states)
        ).sorted("id")

    def ask_part(self, order, which, how_much):
        line = self.one_of(order.order_line, which)
        pieces = int(line._in_pieces(line.product_uom_qty))
        item = {"id": line.product_id.default_code, "quantity": min(how_much or pieces, pieces)}
        if not item["quantity"]:
            raise ImpossibleError("Nothing is left of it.")
        if line.marketplace_line_id:
            item["uniqueId"] = line.marketplace_line_id
        self.changes_made += 1
        self.ask_change("STORY", change_id=f"C-{self.changes_made}", remove={"items": [item]})

    def part(self, order, which, how_much):
        """It is asked for, and confirmed once somebody has decided on it."""
        self.ask_part(order, which, how_much)
        receipt = self.receipts_of(order)[-1]
        if receipt.state == "part_evaluating":
            self.accept(receipt)
        if receipt.state in PART_OPEN:
            self.confirm_change("STORY", receipt.cancellation_request_id)

    def confirm_part(self, order, which, _how_much):
        """It comes twice, as calls do."""
        receipt = self.one_of(self.receipts_of(order, *PART_OPEN), which)
        self.ask_change("STORY", "Confirmation", receipt.cancellation_request_id)
        self.confirm_change("STORY", receipt.cancellation_request_id)

    def undecided(self, order, which):
        """A request that a person is asked about."""
        asked = order.cancellation_receipt_ids.filtered(
            lambda own: own.state in ("part_evaluating", "evaluating")
        )
        return self.one_of(asked, which)

    def decide(self, order, which, _how_much):
        self.accept(self.undecided(order, which))

    def accept(self, receipt):
        """Where several lines may be meant, the first ones are."""
        left = defaultdict(float)
        chosen = {}
        for line in receipt._candidates() if receipt.kind == "part" else ():
            left.setdefault(line.sku, line.asked)
            there = line.sale_line_id._in_pieces(line.sale_line_id._quantity_wanted())
            pieces = min(left[line.sku], there)
            left[line.sku] -= pieces
            chosen[line.id] = line.sale_line_id._in_own_unit(pieces)
        if chosen:
            receipt._choose_lines(chosen)
        receipt.action_accept()

    def refuse(self, order, which, _how_much):
        self.undecided(order, which).action_refuse("No.")

    def seller_part(self, order, which, how_much):
        line = self.one_of(order.order_line, which)
        wanted = line._quantity_wanted()
        taken = min(how_much or wanted, wanted)
        order.action_take_out({line.id: taken}, "Broken.", bool(which % 2))
        self.taken_by_seller = {line: taken}

    def cancel_whole(self, order, _which, _how_much):
        self.request_cancellation("STORY")

    # -- Goods and money --------------------------------------------------------------------------

    def ready(self, order, which):
        """The user who does a transfer names the lots that Odoo does not know."""
        picking = super().ready(order, which)
        for line in picking.move_line_ids:
            if line.product_id.tracking == "lot" and not line.lot_id:
                there = {
                    lot: self.quantity_at(line.location_id, line.product_id, lot)
                    for lot in self.lots[line.product_id]
                }
                line.lot_id = max(there, key=there.get)
        return picking

    def transfer_only(self, order, which, how_much):
        wanted = {move: move.product_qty for move in self.ready(order, which).move_ids}
        result = super().transfer_only(order, which, how_much)
        for move, quantity in wanted.items():
            done = sum(move.move_line_ids.mapped("quantity_product_uom"))
            self.given_up[move.product_id, move.location_id] += quantity - done
        return result

    def send_back_unnamed(self, order, which, how_much):
        """A transfer that names neither the order nor its delivery."""
        product = self.one_of(order.order_line, which).product_id
        lot = self.lots.get(product, [None])[0]
        there = self.quantity_at(self.customer_location, product, lot)
        quantity = min(there, how_much or there)
        if quantity <= 0:
            raise ImpossibleError("Nothing is there.")
        route = {
            "location_id": self.customer_location.id,
            "location_dest_id": self.stock_location.id,
        }
        move = {"product_id": product.id, "product_uom_qty": quantity, **route}
        picking = self.env["stock.picking"].create(
            {
                "partner_id": order.partner_id.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "move_ids": [Command.create(move)],
                **route,
            }
        )
        picking.action_confirm()
        picking.action_assign()
        picking.move_ids.move_line_ids.lot_id = lot
        picking.move_ids.picked = True
        picking._action_done()
        self.back_unnamed[product] += quantity

    def invoice_some(self, order, _which, how_much):
        invoice = self.invoice(order, "draft")
        for line in invoice.invoice_line_ids.filtered("quantity"):
            line.quantity = min(line.quantity, how_much or 1)
        invoice.action_post()

    def invoices_of(self, order, kind, state):
        documents = order.order_line.invoice_lines.move_id
        return documents.filtered(lambda own: own.move_type == kind and own.state == state)

    def pay(self, order, which, _how_much):
        posted = self.invoices_of(order, "out_invoice", "posted")
        invoice = self.one_of(posted.filtered("amount_residual"), which)
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payment.create({}).action_create_payments()

    def credit(self, order, which, how_much):
        """An accountant credits so much of each line, or everything, unless a draft does; nothing
        is credited twice.
        """
        billed = {line: max(line.qty_invoiced, 0.0) for line in order.order_line}
        if self.invoices_of(order, "out_refund", "draft"):
            raise ImpossibleError("A draft credits it already.")
        invoice = self.one_of(self.invoices_of(order, "out_invoice", "posted"), which)
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        wizard.refund_moves()
        for line in wizard.new_move_ids.invoice_line_ids.filtered("quantity"):
            line.quantity = min(
                line.quantity, how_much or line.quantity, billed[line.sale_line_ids]
            )
        if not any(wizard.new_move_ids.invoice_line_ids.mapped("quantity")):
            raise ImpossibleError("All of it is credited.")
        if which % 2:
            wizard.new_move_ids.action_post()

    def post_credits(self, order, _which, _how_much):
        notes = self.invoices_of(order, "out_refund", "draft")
        self.one_of(notes, 0)
        notes.action_post()
