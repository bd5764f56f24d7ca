-- Wordings of which many one-off variants were sent, some refused (by status, or with a short reply) and some answered.
-- Begins with the keys of refused exchanges, so that the key table is read for few keys
-- only, and leaves out what is used too often to be a search for a wording.
-- in: share, exchange; $short_tokens, $least_refused, $least_prompts, $most_exchanges, $least_kind, $most_kind
-- out: share_key, exchanges, prompts, barred, refused    order: barred by status (most first), refused, share_key
SELECT
  s.share_key, count(*) AS exchanges, count(DISTINCT e.exact_key) AS prompts,
  sum(e.is_barred) AS barred, sum(e.is_refused) AS refused
FROM share AS s
JOIN (
  SELECT r.share_key
  FROM share AS r
  JOIN (
    SELECT exchange_no
    FROM exchange
    WHERE status_code IN (400, 403, 451) OR (coalesce(status_code, 200) < 400 AND output_tokens <= $short_tokens)
  ) AS x ON x.exchange_no = r.exchange_no
  WHERE r.kind BETWEEN $least_kind AND $most_kind
  GROUP BY r.share_key
  HAVING count(*) >= $least_refused
) AS k ON k.share_key = s.share_key
JOIN (
  SELECT
    exchange_no, exact_key,
    CASE WHEN status_code IN (400, 403, 451) THEN 1 ELSE 0 END AS is_barred,
    CASE
      WHEN status_code IN (400, 403, 451) THEN 1
      WHEN coalesce(status_code, 200) < 400 AND output_tokens <= $short_tokens THEN 1
      ELSE 0
    END AS is_refused
  FROM exchange
) AS e ON e.exchange_no = s.exchange_no
WHERE s.kind BETWEEN $least_kind AND $most_kind
GROUP BY s.share_key
HAVING count(DISTINCT e.exact_key) >= $least_prompts AND sum(e.is_refused) < count(*) AND count(*) <= $most_exchanges
ORDER BY barred DESC, refused DESC, s.share_key
