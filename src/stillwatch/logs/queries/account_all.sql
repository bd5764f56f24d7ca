-- The numbered accounts, all columns.
-- in: account    out: account's columns    order: account_no
SELECT * FROM account ORDER BY account_no
