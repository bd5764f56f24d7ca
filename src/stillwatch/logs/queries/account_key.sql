-- The accounts of the span, by their keys alone.
-- in: exchanges, span (since_at, until_at)    out: account_key    order: account_key
SELECT DISTINCT e.account_key
FROM exchanges AS e
CROSS JOIN span AS s
WHERE e.account_key <> 0 AND e.started_at >= s.since_at AND e.started_at < s.until_at
ORDER BY e.account_key
