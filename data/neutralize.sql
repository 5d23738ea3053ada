-- A copied database answers no marketplace: its keys stay with the original.
UPDATE marketplace_account_credential
   SET active = false;
