-- When the log first shows each model, how much it was used, and how many accounts first used it soon after.
-- in: exchange; $within (nanoseconds)    out: model, first_at, exchanges, accounts, early_accounts    order: model
SELECT
  u.model,
  min(u.first_at) AS first_at,
  sum(u.exchanges) AS exchanges,
  count(*) AS accounts,
  sum(CASE WHEN u.first_at < m.released_at + $within THEN 1 ELSE 0 END) AS early_accounts
FROM (
  SELECT model, account_no, min(started_at) AS first_at, count(*) AS exchanges
  FROM exchange
  WHERE model IS NOT NULL
  GROUP BY model, account_no
) AS u
JOIN (
  SELECT model, min(started_at) AS released_at FROM exchange WHERE model IS NOT NULL GROUP BY model
) AS m ON m.model = u.model
GROUP BY u.model
ORDER BY u.model
