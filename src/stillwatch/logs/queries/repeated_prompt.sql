-- Which account sends which prompt again and again; a prompt that many accounts send so is a greeting or a tool's own.
-- in: exchange; $least_repeats, $most_accounts    out: account_no, exact_key    order: none
SELECT r.account_no, r.exact_key
FROM (
  SELECT account_no, exact_key
  FROM exchange
  WHERE exact_key <> 0
  GROUP BY account_no, exact_key
  HAVING count(*) >= $least_repeats
) AS r
JOIN (
  SELECT exact_key FROM exchange WHERE exact_key <> 0 GROUP BY exact_key HAVING count(DISTINCT account_no) <= $most_accounts
) AS few ON few.exact_key = r.exact_key
