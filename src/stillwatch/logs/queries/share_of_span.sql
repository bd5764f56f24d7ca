-- The key table of a window that leaves exchanges out: a span of time, or duplicates.
-- in: keys, exchange    out: kind, share_key, account_no, exchange_no    order: none
SELECT k.kind, k.share_key, e.account_no, k.exchange_no
FROM keys AS k
JOIN (SELECT exchange_no, account_no FROM exchange) AS e ON e.exchange_no = k.exchange_no
