-- What left a host for a peer, and what came from there, flow by flow and as seen by each observer.
-- Where one packet in k was looked at, k times its bytes are expected; packets being drawn independently, the variance
-- of a record's sum is k (k - 1) times the sum of the squares of their sizes, here n packets of one size: bytes^2 / n.
-- in: flow_once    out: host_no, peer, host_port, peer_port, protocol, observer, day_no, start_at, end_at, is_out, moved_bytes, variance    order: none
SELECT
  host_no, peer, host_port, peer_port, protocol, observer, day_no, start_at, end_at, is_out,
  CAST(looked_bytes * rate AS DOUBLE) AS moved_bytes,
  CAST(rate AS DOUBLE) * (rate - 1) * looked_bytes * looked_bytes / (CASE WHEN packets > 0 THEN packets ELSE 1 END) AS variance
FROM (
  SELECT
    source_host AS host_no, target_address AS peer, source_port AS host_port, target_port AS peer_port, protocol, observer,
    CAST(floor(start_at / 86400000000000) AS BIGINT) AS day_no, start_at, end_at, 1 AS is_out,
    sent_bytes AS looked_bytes, sent_packets AS packets, CASE WHEN sampling > 1 THEN sampling ELSE 1 END AS rate
  FROM flow_once WHERE source_host >= 0 AND sent_bytes > 0
  UNION ALL
  SELECT
    source_host, target_address, source_port, target_port, protocol, observer,
    CAST(floor(start_at / 86400000000000) AS BIGINT), start_at, end_at, 0,
    back_bytes, back_packets, CASE WHEN sampling > 1 THEN sampling ELSE 1 END
  FROM flow_once WHERE source_host >= 0 AND back_bytes > 0
  UNION ALL
  SELECT
    target_host, source_address, target_port, source_port, protocol, observer,
    CAST(floor(start_at / 86400000000000) AS BIGINT), start_at, end_at, 1,
    back_bytes, back_packets, CASE WHEN sampling > 1 THEN sampling ELSE 1 END
  FROM flow_once WHERE target_host >= 0 AND back_bytes > 0
  UNION ALL
  SELECT
    target_host, source_address, target_port, source_port, protocol, observer,
    CAST(floor(start_at / 86400000000000) AS BIGINT), start_at, end_at, 0,
    sent_bytes, sent_packets, CASE WHEN sampling > 1 THEN sampling ELSE 1 END
  FROM flow_once WHERE target_host >= 0 AND sent_bytes > 0
) AS directed
