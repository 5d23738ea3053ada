"""The marketplace account: what it is, its policy, and who is asked and told."""

from . import marketplace_account, policy
