-- The rows of the keys that tie accounts, with all of signed reasoning blocks.
-- in: keys, tied_key (share_key)    out: kind, share_key, account_key, exchange_no    order: none
SELECT k.kind, k.share_key, k.account_key, k.exchange_no
FROM keys AS k
JOIN tied_key AS t ON t.share_key = k.share_key
WHERE k.kind <= 6
UNION ALL
SELECT kind, share_key, account_key, exchange_no
FROM keys
WHERE kind >= 7
