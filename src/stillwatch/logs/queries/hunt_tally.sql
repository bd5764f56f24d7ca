-- How widely each thing that is hunted for is found.
-- in: hunt_hit    out: want_no, accounts, exchanges, first_at, last_at    order: want_no
SELECT
  want_no,
  count(DISTINCT account_key) AS accounts,
  count(*) AS exchanges,
  min(started_at) AS first_at,
  max(started_at) AS last_at
FROM hunt_hit
GROUP BY want_no
ORDER BY want_no
