-- The exchanges of a window that holds the whole store and no duplicates, with their account's number.
-- in: exchanges, account    out: exchanges' columns and account_no    order: none
SELECT a.account_no, e.*
FROM exchanges AS e
JOIN account AS a ON a.account_key = e.account_key
