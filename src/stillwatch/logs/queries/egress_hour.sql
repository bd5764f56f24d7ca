-- What left each host in each hour, by where it went; a flow that lasted is spread evenly over the time that it lasted.
-- in: flow_chosen, place (host_no, peer, place_no), hour (hour_no, since_at, until_at)
-- out: host_no, hour_no, place_no, out_bytes, variance    order: host_no, hour_no, place_no
SELECT host_no, hour_no, place_no, sum(moved_bytes * share) AS out_bytes, sum(variance * share) AS variance
FROM (
  SELECT
    f.host_no, h.hour_no, p.place_no, f.moved_bytes, f.variance,
    CASE
      WHEN f.end_at <= f.start_at THEN 1.0
      ELSE CAST(least(f.end_at, h.until_at) - greatest(f.start_at, h.since_at) AS DOUBLE) / (f.end_at - f.start_at)
    END AS share
  FROM flow_chosen AS f
  JOIN place AS p ON p.host_no = f.host_no AND p.peer = f.peer
  JOIN hour AS h ON h.since_at <= f.end_at AND h.until_at > f.start_at
  WHERE f.is_out = 1
) AS spread
GROUP BY host_no, hour_no, place_no
HAVING sum(moved_bytes * share) > 0
ORDER BY host_no, hour_no, place_no
