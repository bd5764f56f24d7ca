-- Exchanges of each account in each bin of time.
-- in: exchange; $origin, $width in nanoseconds    out: account_no, time_bin, exchanges    order: none
SELECT account_no, CAST((started_at - $origin) // $width AS INTEGER) AS time_bin, count(*) AS exchanges
FROM exchange
GROUP BY account_no, (started_at - $origin) // $width
