-- The accounts of the window, with what one look at them tells. Their numbers are their places in this order.
-- in: exchanges, duplicate, span (since_at, until_at)    out: one row an account    order: account_key
SELECT
  e.account_key,
  count(*) AS exchanges,
  min(e.started_at) AS first_at,
  max(e.started_at) AS last_at,
  count(DISTINCT e.exact_key) AS prompts,
  sum(CASE WHEN e.turn <= 1 THEN 1 ELSE 0 END) AS single_turns,
  sum(e.has_text) AS with_text,
  sum(CASE WHEN e.status_code IN (403, 429) THEN 1 ELSE 0 END) AS refused,
  sum(CASE WHEN e.status_code >= 500 THEN 1 ELSE 0 END) AS failed,
  sum(coalesce(e.input_tokens, 0)) AS input_tokens,
  sum(coalesce(e.output_tokens, 0)) AS output_tokens,
  count(DISTINCT e.address_key) AS addresses,
  count(DISTINCT e.end_user_identity) AS end_users,
  avg(ln(1 + coalesce(e.output_tokens, 0))) AS log_output_mean,
  avg(e.prompt_words) AS prompt_words
FROM exchanges AS e
CROSS JOIN span AS s
LEFT JOIN duplicate AS d ON d.exchange_no = e.exchange_no
WHERE d.exchange_no IS NULL
  AND e.account_key <> 0
  AND e.started_at >= s.since_at
  AND e.started_at < s.until_at
GROUP BY e.account_key
ORDER BY e.account_key
