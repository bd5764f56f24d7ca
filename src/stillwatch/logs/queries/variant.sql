-- The exchanges that carry one of the wordings asked for.
-- in: share, exchange, variant_asked (share_key); $short_tokens, $least_kind, $most_kind
-- out: share_key, account_no, exchange_no, started_at, exact_key, is_refused    order: share_key, started_at, exchange_no
SELECT
  s.share_key, e.account_no, e.exchange_no, e.started_at, e.exact_key,
  CASE
    WHEN e.status_code IN (400, 403, 451) THEN 2
    WHEN coalesce(e.status_code, 200) < 400 AND e.output_tokens <= $short_tokens THEN 1
    ELSE 0
  END AS is_refused
FROM variant_asked AS v
JOIN share AS s ON s.share_key = v.share_key AND s.kind BETWEEN $least_kind AND $most_kind
JOIN exchange AS e ON e.exchange_no = s.exchange_no
ORDER BY s.share_key, e.started_at, e.exchange_no
