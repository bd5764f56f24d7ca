-- Accounts tied by what between $least and $most of them hold: each to the first of those that hold it.
-- in: account_tie; $tie, $least, $most, $low (the first tie_key looked at), $high (the last)
-- out: account_key, first_key    order: none
SELECT DISTINCT t.account_key, h.first_key
FROM account_tie AS t
JOIN (
  SELECT tie_key, min(account_key) AS first_key
  FROM account_tie
  WHERE tie = $tie AND tie_key BETWEEN $low AND $high
  GROUP BY tie_key
  HAVING count(*) BETWEEN $least AND $most
) AS h ON h.tie_key = t.tie_key
WHERE t.tie = $tie AND t.account_key <> h.first_key
