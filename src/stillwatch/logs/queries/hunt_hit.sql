-- Exchanges that show something that is hunted for; a record that came in twice counts once.
-- in: exchanges, keys, hunted (want_no, campaign_no, facet, kind, hunted_key, since_at, until_at: the second excluded)
-- out: want_no, campaign_no, account_key, exchange_key, started_at    order: none
SELECT
  hit.want_no, hit.campaign_no, hit.account_key, hit.exchange_key, min(hit.started_at) AS started_at
FROM (
  SELECT
    h.want_no, h.campaign_no, f.account_key, f.started_at,
    CASE WHEN f.record_key <> 0 THEN f.record_key ELSE f.exchange_no END AS exchange_key
  FROM (
    SELECT 'account' AS facet, account_key AS facet_key, account_key, record_key, exchange_no, started_at FROM exchanges
    UNION ALL
    SELECT 'user', user_identity, account_key, record_key, exchange_no, started_at FROM exchanges
    UNION ALL
    SELECT 'address', address_key, account_key, record_key, exchange_no, started_at FROM exchanges
    UNION ALL
    SELECT 'prefix', prefix_key, account_key, record_key, exchange_no, started_at FROM exchanges
    UNION ALL
    SELECT 'client', client_key, account_key, record_key, exchange_no, started_at FROM exchanges
    UNION ALL
    SELECT 'exact', exact_key, account_key, record_key, exchange_no, started_at FROM exchanges
  ) AS f
  JOIN hunted AS h ON h.facet = f.facet AND h.hunted_key = f.facet_key
  WHERE f.account_key <> 0 AND f.started_at >= h.since_at AND f.started_at < h.until_at
  UNION ALL
  SELECT
    m.want_no, m.campaign_no, e.account_key, e.started_at,
    CASE WHEN e.record_key <> 0 THEN e.record_key ELSE e.exchange_no END AS exchange_key
  FROM (
    SELECT h.want_no, h.campaign_no, h.since_at, h.until_at, k.exchange_no
    FROM keys AS k
    JOIN hunted AS h ON h.facet = 'key' AND h.kind = k.kind AND h.hunted_key = k.share_key
  ) AS m
  JOIN exchanges AS e ON e.exchange_no = m.exchange_no
  WHERE e.account_key <> 0 AND e.started_at >= m.since_at AND e.started_at < m.until_at
) AS hit
GROUP BY hit.want_no, hit.campaign_no, hit.account_key, hit.exchange_key
