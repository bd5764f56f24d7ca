-- The key table of a window that holds the whole store.
-- in: keys, account    out: kind, share_key, account_no, exchange_no    order: none
SELECT k.kind, k.share_key, a.account_no, k.exchange_no
FROM keys AS k
JOIN account AS a ON a.account_key = k.account_key
