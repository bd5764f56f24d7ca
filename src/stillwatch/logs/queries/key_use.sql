-- How often each account uses each key that can tie accounts.
-- in: share, key_busy    out: kind, share_key, account_no, exchanges    order: none
SELECT s.kind, s.share_key, s.account_no, count(*) AS exchanges
FROM share AS s
JOIN key_busy AS b ON b.kind = s.kind AND b.share_key = s.share_key
GROUP BY s.kind, s.share_key, s.account_no
