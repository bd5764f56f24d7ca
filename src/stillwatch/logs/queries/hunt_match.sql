-- What each account matches: of each campaign the leads first, then what it matches most, at most $most of them.
-- in: hunt_hit, judged (want_no, is_lead); $most
-- out: campaign_no, account_key, want_no, exchanges, first_at, last_at    order: campaign_no, account_key, place
SELECT campaign_no, account_key, want_no, exchanges, first_at, last_at
FROM (
  SELECT
    m.campaign_no, m.account_key, m.want_no, m.exchanges, m.first_at, m.last_at,
    row_number() OVER (
      PARTITION BY m.campaign_no, m.account_key ORDER BY j.is_lead DESC, m.exchanges DESC, m.want_no
    ) AS place
  FROM (
    SELECT
      campaign_no, account_key, want_no,
      count(*) AS exchanges,
      min(started_at) AS first_at,
      max(started_at) AS last_at
    FROM hunt_hit
    GROUP BY campaign_no, account_key, want_no
  ) AS m
  JOIN judged AS j ON j.want_no = m.want_no
) AS ranked
WHERE place <= $most
ORDER BY campaign_no, account_key, place
