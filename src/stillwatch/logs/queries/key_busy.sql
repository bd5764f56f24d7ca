-- Keys used often enough to tie accounts: few of all, as most stand in one prompt only.
-- in: share; $least_exchanges    out: kind, share_key    order: none
SELECT kind, share_key
FROM share
WHERE kind <= 6
GROUP BY kind, share_key
HAVING count(*) >= $least_exchanges
