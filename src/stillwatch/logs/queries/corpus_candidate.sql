-- Exchanges that share keys with an item of a public prompt set; one shared key is chance.
-- in: share, corpus_key (corpus_no, item_no, kind, share_key); $least_hits, $run_kind
-- out: corpus_no, item_no, account_no, exchange_no, runs (shared runs of words)    order: none
SELECT
  k.corpus_no, k.item_no, s.account_no, s.exchange_no,
  sum(CASE WHEN s.kind = $run_kind THEN 1 ELSE 0 END) AS runs
FROM corpus_key AS k
JOIN share AS s ON s.kind = k.kind AND s.share_key = k.share_key
GROUP BY k.corpus_no, k.item_no, s.account_no, s.exchange_no
HAVING count(*) >= $least_hits
