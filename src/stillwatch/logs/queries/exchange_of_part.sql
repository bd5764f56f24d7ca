-- The exchanges of some of the accounts.
-- in: every_exchange, part (account_key)    out: every_exchange's columns    order: none
SELECT e.*
FROM every_exchange AS e
JOIN part AS p ON p.account_key = e.account_key
