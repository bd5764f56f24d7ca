-- How often each account uses each key that can tie accounts.
-- in: share    out: kind, share_key, account_no, exchanges    order: none
SELECT kind, share_key, account_no, count(*) AS exchanges
FROM share
WHERE kind <= 6
GROUP BY kind, share_key, account_no
