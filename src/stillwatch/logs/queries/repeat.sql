-- All that the accounts did which send fixed prompts again and again and were refused, the most refused first where there
-- are more than $most_accounts.
-- in: exchange, repeated_prompt (account_no, exact_key); $most_accounts
-- out: account_no, exchange_no, started_at, exact_key, status_code, is_fixed    order: started_at, exchange_no
SELECT
  e.account_no, e.exchange_no, e.started_at, e.exact_key, coalesce(e.status_code, 200) AS status_code,
  CASE WHEN p.exact_key IS NULL THEN 0 ELSE 1 END AS is_fixed
FROM exchange AS e
JOIN (
  SELECT a.account_no
  FROM exchange AS a
  JOIN (SELECT DISTINCT account_no FROM repeated_prompt) AS r ON r.account_no = a.account_no
  WHERE a.status_code IN (403, 429)
  GROUP BY a.account_no
  ORDER BY count(*) DESC, a.account_no
  LIMIT $most_accounts
) AS chosen ON chosen.account_no = e.account_no
LEFT JOIN repeated_prompt AS p ON p.account_no = e.account_no AND p.exact_key = e.exact_key
ORDER BY e.started_at, e.exchange_no
