-- One conversation going on at another account within an hour: after a refusal (429, 403), after a failure (5xx), or after
-- a reply. A prompt that many accounts open with is no conversation: keys with more than $most_exchanges are left out.
-- in: exchange; $within (nanoseconds), $most_exchanges
-- out: left_no, right_no, after_refusal, after_failure, after_reply    order: none
SELECT
  f.account_no AS left_no,
  t.account_no AS right_no,
  sum(CASE WHEN f.status_code IN (403, 429) THEN 1 ELSE 0 END) AS after_refusal,
  sum(CASE WHEN f.status_code >= 500 THEN 1 ELSE 0 END) AS after_failure,
  sum(CASE WHEN f.status_code < 400 THEN 1 ELSE 0 END) AS after_reply
FROM (
  SELECT e.account_no, e.started_at, coalesce(e.status_code, 200) AS status_code, e.chain_self AS link_key
  FROM exchange AS e
  JOIN (
    SELECT chain_self
    FROM exchange
    WHERE chain_self <> 0
      AND chain_self IN (
        SELECT chain_parent FROM exchange WHERE chain_parent <> 0
        UNION
        SELECT chain_self FROM exchange WHERE status_code >= 400
      )
    GROUP BY chain_self
    HAVING count(*) <= $most_exchanges
  ) AS rare ON rare.chain_self = e.chain_self
) AS f
JOIN (
  SELECT account_no, started_at, chain_parent AS link_key, 1 AS is_next FROM exchange WHERE chain_parent <> 0
  UNION ALL
  SELECT account_no, started_at, chain_self, 0 FROM exchange WHERE chain_self <> 0
) AS t ON t.link_key = f.link_key
WHERE t.account_no <> f.account_no
  AND t.started_at > f.started_at
  AND t.started_at < f.started_at + $within
  AND (t.is_next = 1 OR f.status_code >= 400)
GROUP BY f.account_no, t.account_no
