-- The accounts that match a campaign's indicators, leads first, with their names.
-- in: hunt_hit, judged (want_no, is_lead), names
-- out: campaign_no, account_key, account_id, is_lead, wants, exchanges, first_at, last_at    order: campaign_no, is_lead, exchanges, account_key
SELECT
  a.campaign_no, a.account_key, n.account_id, a.is_lead, a.wants, a.exchanges, a.first_at, a.last_at
FROM (
  SELECT
    h.campaign_no,
    h.account_key,
    max(j.is_lead) AS is_lead,
    count(DISTINCT h.want_no) AS wants,
    count(DISTINCT h.exchange_key) AS exchanges,
    min(h.started_at) AS first_at,
    max(h.started_at) AS last_at
  FROM hunt_hit AS h
  JOIN judged AS j ON j.want_no = h.want_no
  GROUP BY h.campaign_no, h.account_key
) AS a
LEFT JOIN (
  SELECT name_key, min(name_text) AS account_id
  FROM names
  WHERE kind = 'account'
  GROUP BY name_key
) AS n ON n.name_key = a.account_key
ORDER BY a.campaign_no, a.is_lead DESC, a.exchanges DESC, a.account_key
