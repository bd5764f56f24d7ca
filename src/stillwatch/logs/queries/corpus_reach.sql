-- How far the sample of runs of words reaches in each candidate's prompt: up to its largest key as an unsigned number
-- (negative ones are the large ones), or over all keys (-1, the largest) where the prompt has fewer runs than a sample holds.
-- in: share, corpus_candidate; $run_kind, $sample    out: exchange_no, reach    order: none
SELECT
  s.exchange_no,
  CASE
    WHEN count(*) < $sample THEN -1
    ELSE coalesce(max(CASE WHEN s.share_key < 0 THEN s.share_key END), max(s.share_key))
  END AS reach
FROM share AS s
JOIN (SELECT DISTINCT exchange_no FROM corpus_candidate) AS c ON c.exchange_no = s.exchange_no
WHERE s.kind = $run_kind
GROUP BY s.exchange_no
