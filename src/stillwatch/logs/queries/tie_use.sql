-- How often each account uses each key that can tie accounts.
-- in: keys    out: kind, share_key, account_key, exchanges    order: none
SELECT kind, share_key, account_key, count(*) AS exchanges
FROM keys
WHERE kind <= 6 AND account_key <> 0
GROUP BY kind, share_key, account_key
