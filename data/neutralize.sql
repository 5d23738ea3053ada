-- A copied database answers no marketplace: its keys stay with the original.
UPDATE marketplace_account_credential
   SET active = false,
       signing_secret = NULL;

-- Nor does it call one: keys and addresses go, and what was still to be sent is not.
UPDATE marketplace_account
   SET outbound_key = NULL,
       outbound_token = NULL,
       services_endpoint = NULL,
       store_name = NULL;
UPDATE marketplace_outbound_call
   SET state = 'given_up',
       next_attempt_at = NULL,
       note = 'The database was neutralized.'
 WHERE state IN ('waiting', 'pending');
-- A server that has this database in memory forgets the keys that it knows.
INSERT INTO orm_signaling_default DEFAULT VALUES;
