-- Flows of declared hosts, each once: files and collectors overlap, and totals of a flow hold its earlier totals.
-- in: flows    out: the columns of flows without is_total    order: none
SELECT
  source_address, target_address, source_port, target_port, protocol, start_at, end_at,
  sent_bytes, sent_packets, back_bytes, back_packets, observer, sampling, source_host, target_host
FROM flows
WHERE is_total = 0
GROUP BY
  source_address, target_address, source_port, target_port, protocol, start_at, end_at,
  sent_bytes, sent_packets, back_bytes, back_packets, observer, sampling, source_host, target_host
UNION ALL
SELECT
  source_address, target_address, source_port, target_port, protocol, start_at, max(end_at) AS end_at,
  max(sent_bytes) AS sent_bytes, max(sent_packets) AS sent_packets,
  max(back_bytes) AS back_bytes, max(back_packets) AS back_packets,
  observer, sampling, source_host, target_host
FROM flows
WHERE is_total = 1
GROUP BY
  source_address, target_address, source_port, target_port, protocol, start_at,
  observer, sampling, source_host, target_host
