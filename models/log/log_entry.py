import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools import log_sql
from ...tools.lock import StillLocked, locked
from ...tools.log_chain import Entry, chain

_logger = logging.getLogger(__name__)

#: How many entries are chained in one transaction.
BATCH = 1000
_NOTED = "marketplace_order_cancellation.noted"


class MarketplaceLogEntry(models.Model):
    """What the log says about receipts and arrivals: a hash of each state that they were in.

    An entry is written in the transaction that it tells of, so neither can be there without the
    other. It gets its number and its hash later (:meth:`_chain`): if it were chained at once,
    requests of an account would have to wait for each other. Entries hold nothing that identifies a
    person, and stay when their documents are deleted.
    """

    _name = "marketplace.log.entry"
    _description = "Entry of a Marketplace's Log"
    _order = "number desc, id desc"
    _log_access = False
    _rec_name = "number"

    account_id = fields.Many2one(
        "marketplace.account", required=True, readonly=True, ondelete="cascade"
    )
    number = fields.Integer(
        readonly=True, help="Its place in the log. Empty until it is numbered, within a minute."
    )
    receipt_id = fields.Integer("Receipt's ID", required=True, readonly=True)
    delivery_id = fields.Integer("Call's ID", readonly=True)
    digest = fields.Char(readonly=True, help="SHA-256; empty when the receipt was deleted.")
    noted_at = fields.Datetime(required=True, readonly=True)
    hash = fields.Char(readonly=True, help="SHA-256 of this entry and its predecessor's hash.")

    _number_unique = models.UniqueIndex("(account_id, number)", "This number is taken.")
    _unchained_idx = models.Index("(account_id, id) WHERE number IS NULL")
    _document_idx = models.Index("(receipt_id, id)")

    # -- Writing it -------------------------------------------------------------------------------

    @api.model
    def _note(self, records):
        """Have the present state of ``records`` noted with the transaction that they belong to.

        Once for all that changes in it, however often.
        """
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = defaultdict(set)
            # sudo: a user who may write receipts keeps the log, and nobody else
            precommit.add(self.sudo()._write_noted)
        precommit.data[_NOTED][records._name].update(records.ids)

    @api.model
    def _write_noted(self):
        noted = self.env.cr.precommit.data.pop(_NOTED)
        self.env.flush_all()
        states = [self.env[name]._log_states(tuple(ids)) for name, ids in noted.items() if ids]
        if states:
            self._write_entries(SQL(" UNION ALL ").join(states))

    @api.model
    def _write_entries(self, states):
        """Add an entry for each row of ``states``, a query as :mod:`~tools.log_sql` has them."""
        self.env.cr.execute(SQL(log_sql.ADD_ENTRIES, states=states))
        self.invalidate_model()

    # -- Chaining it ------------------------------------------------------------------------------

    @api.model
    def _cron_chain(self):
        """Give the entries of the last minute their numbers and hashes."""
        cron = self.env["ir.cron"]
        cron._check_may_run_jobs()
        unchained = self.env.execute_query(SQL(log_sql.ACCOUNTS_TO_CHAIN))
        # sudo: the job chains the log of every company
        accounts = self.env["marketplace.account"].sudo()
        accounts = accounts.browse(account_id for (account_id,) in unchained)
        cron._work_off(accounts, self.sudo()._chain_unless_cut)

    @api.model
    def _chain_unless_cut(self, account):
        try:
            self._chain_all(account)
        except StillLocked:
            _logger.info("The log of account %s is being cut; next time", account.id)

    @api.model
    def _chain_all(self, account):
        """Chain what is not chained yet of ``account``'s log, and commit."""
        cr = self.env.cr
        with locked(cr, ("log", account.id)):
            while self._chain(account):
                cr.commit()  # pylint: disable=invalid-commit  # as many as that are chained

    @api.model
    def _chain(self, account):
        """Chain the oldest entries that are not chained; the caller holds the log's lock.

        Two entries of one document are in the order of their IDs, as the second of two
        transactions that change it begins when the first has ended.

        :return: how many were chained
        """
        head = self._head(account)
        rows = self._read(account, SQL("number IS NULL"), SQL("id"))
        if rows:
            ids, numbers, hashes = map(list, zip(*chain(rows, *head), strict=True))
            self.env.cr.execute(SQL(log_sql.CHAIN_ENTRIES, ids=ids, numbers=numbers, hashes=hashes))
            self.invalidate_model()
        return len(rows)

    @api.model
    def _head(self, account):
        """``(number, hash)`` of the newest chained entry, or of what the log begins with."""
        self.env.cr.execute(SQL(log_sql.HEAD, account=account.id))
        return self.env.cr.fetchone() or account._log_begins()

    @api.model
    def _read(self, account, which, order):
        """``(ID, entry)`` of a batch of entries of ``account``, read as they are stored."""
        query = SQL(log_sql.READ_ENTRIES, account=account.id, which=which, order=order, batch=BATCH)
        return [(entry_id, Entry(*values)) for entry_id, *values in self.env.execute_query(query)]

    @api.model
    def _read_chain(self, account):
        """The chained entries of ``account``, by number."""
        number = 0
        while rows := self._read(account, SQL("number > %s", number), SQL("number")):
            for _entry_id, entry in rows:
                yield entry
            number = rows[-1][1].number
