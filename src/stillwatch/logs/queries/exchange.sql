-- The exchanges of the window: inside the span, no duplicates, with their account's number.
-- in: exchanges, duplicate, span, account    out: exchanges' columns and account_no    order: none
SELECT a.account_no, e.*
FROM exchanges AS e
JOIN account AS a ON a.account_key = e.account_key
CROSS JOIN span AS s
LEFT JOIN duplicate AS d ON d.exchange_no = e.exchange_no
WHERE d.exchange_no IS NULL
  AND e.started_at >= s.since_at
  AND e.started_at < s.until_at
