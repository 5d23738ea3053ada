from . import marketplace_account, policy
