-- The same bytes pass several observers: of each connection, way and day, what the observer that saw most of it saw.
-- in: flow_part    out: the columns of flow_part    order: none
SELECT
  p.host_no, p.peer, p.host_port, p.peer_port, p.protocol, p.observer, p.day_no, p.start_at, p.end_at, p.is_out,
  p.moved_bytes, p.variance
FROM flow_part AS p
JOIN (
  SELECT
    host_no, peer, host_port, peer_port, protocol, day_no, is_out, observer,
    row_number() OVER (
      PARTITION BY host_no, peer, host_port, peer_port, protocol, day_no, is_out
      ORDER BY seen_bytes DESC, observer
    ) AS place_no
  FROM (
    SELECT host_no, peer, host_port, peer_port, protocol, day_no, is_out, observer, sum(moved_bytes) AS seen_bytes
    FROM flow_part
    GROUP BY host_no, peer, host_port, peer_port, protocol, day_no, is_out, observer
  ) AS seen
) AS ranked
  ON ranked.host_no = p.host_no AND ranked.peer = p.peer AND ranked.host_port = p.host_port
  AND ranked.peer_port = p.peer_port AND ranked.protocol = p.protocol AND ranked.day_no = p.day_no
  AND ranked.is_out = p.is_out AND ranked.observer = p.observer
WHERE ranked.place_no = 1
