-- Exchanges that carry an item of a public prompt set: as the whole prompt, or inside a longer one, where at least
-- $least_share of the item's runs of words that the prompt's sample reaches are in the sample. Keys compare as unsigned numbers.
-- in: exchange, corpus_exact (corpus_no, item_no, exact_key), corpus_key, corpus_candidate, corpus_reach; $least_share, $run_kind
-- out: corpus_no, item_no, account_no, exchange_no    order: none
SELECT x.corpus_no, x.item_no, e.account_no, e.exchange_no
FROM exchange AS e
JOIN corpus_exact AS x ON x.exact_key = e.exact_key
UNION
SELECT c.corpus_no, c.item_no, c.account_no, c.exchange_no
FROM corpus_candidate AS c
LEFT JOIN corpus_reach AS r ON r.exchange_no = c.exchange_no
LEFT JOIN corpus_key AS k
  ON k.corpus_no = c.corpus_no AND k.item_no = c.item_no AND k.kind = $run_kind
  AND CASE
    WHEN coalesce(r.reach, -1) < 0 THEN k.share_key >= 0 OR k.share_key <= coalesce(r.reach, -1)
    ELSE k.share_key BETWEEN 0 AND r.reach
  END
GROUP BY c.corpus_no, c.item_no, c.account_no, c.exchange_no, c.runs
HAVING c.runs >= $least_share * count(k.share_key)
