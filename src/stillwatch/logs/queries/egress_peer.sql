-- The destinations of each host that were sent most, and those not declared, with what came back.
-- in: flow_chosen, place (host_no, peer, place_no)    parameters: most
-- out: host_no, peer, place_no, out_bytes, variance, in_bytes, first_at, last_at, days, flows    order: host_no, out_bytes falling, peer
SELECT host_no, peer, place_no, out_bytes, variance, in_bytes, first_at, last_at, days, flows
FROM (
  SELECT
    host_no, peer, place_no, out_bytes, variance, in_bytes, first_at, last_at, days, flows,
    row_number() OVER (PARTITION BY host_no, place_no ORDER BY out_bytes DESC, peer) AS rank_no
  FROM (
    SELECT
      f.host_no, f.peer, p.place_no,
      sum(CASE WHEN f.is_out = 1 THEN f.moved_bytes ELSE 0 END) AS out_bytes,
      sum(CASE WHEN f.is_out = 1 THEN f.variance ELSE 0 END) AS variance,
      sum(CASE WHEN f.is_out = 0 THEN f.moved_bytes ELSE 0 END) AS in_bytes,
      min(CASE WHEN f.is_out = 1 THEN f.start_at END) AS first_at,
      max(CASE WHEN f.is_out = 1 THEN f.end_at END) AS last_at,
      count(DISTINCT CASE WHEN f.is_out = 1 THEN f.day_no END) AS days,
      sum(f.is_out) AS flows
    FROM flow_chosen AS f
    JOIN place AS p ON p.host_no = f.host_no AND p.peer = f.peer
    GROUP BY f.host_no, f.peer, p.place_no
  ) AS summed
  WHERE out_bytes > 0
) AS ranked
WHERE rank_no <= $most
ORDER BY host_no, out_bytes DESC, peer
