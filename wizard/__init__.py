from . import marketplace_credential_show
