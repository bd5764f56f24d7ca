-- Conversations that each account begins in each bin of time: later turns follow the first within minutes, whatever the
-- account's rhythm. An exchange of which no turn is known begins one.
-- in: exchange; $origin, $width in nanoseconds    out: account_no, time_bin, exchanges    order: none
SELECT account_no, CAST((started_at - $origin) // $width AS INTEGER) AS time_bin, count(*) AS exchanges
FROM exchange
WHERE coalesce(turn, 1) <= 1
GROUP BY account_no, (started_at - $origin) // $width
