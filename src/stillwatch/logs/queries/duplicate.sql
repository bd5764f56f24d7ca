-- Records that came in more than once (two sources, or one file under two names): all but the first of each.
-- in: exchanges    out: exchange_no    order: none
SELECT e.exchange_no
FROM exchanges AS e
JOIN (
  SELECT record_key, min(exchange_no) AS first_no
  FROM exchanges
  WHERE record_key <> 0
  GROUP BY record_key
  HAVING count(*) > 1
) AS repeated ON repeated.record_key = e.record_key
WHERE e.exchange_no <> repeated.first_no
