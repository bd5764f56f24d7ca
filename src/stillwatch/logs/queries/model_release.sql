-- When the log first shows each model, and how much it was used.
-- in: exchange    out: model, first_at, exchanges, accounts    order: model
SELECT model, min(started_at) AS first_at, count(*) AS exchanges, count(DISTINCT account_no) AS accounts
FROM exchange
WHERE model IS NOT NULL
GROUP BY model
ORDER BY model
