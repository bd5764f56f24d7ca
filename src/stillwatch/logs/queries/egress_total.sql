-- What left each host and what came to it, by where the other end is.
-- in: flow_chosen, place (host_no, peer, place_no)    out: host_no, place_no, out_bytes, variance, in_bytes, peers    order: host_no, place_no
SELECT
  f.host_no, p.place_no,
  sum(CASE WHEN f.is_out = 1 THEN f.moved_bytes ELSE 0 END) AS out_bytes,
  sum(CASE WHEN f.is_out = 1 THEN f.variance ELSE 0 END) AS variance,
  sum(CASE WHEN f.is_out = 0 THEN f.moved_bytes ELSE 0 END) AS in_bytes,
  count(DISTINCT f.peer) AS peers
FROM flow_chosen AS f
JOIN place AS p ON p.host_no = f.host_no AND p.peer = f.peer
GROUP BY f.host_no, p.place_no
ORDER BY f.host_no, p.place_no
