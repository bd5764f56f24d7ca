-- Signed reasoning blocks handed in by an account that never received them, where another account did.
-- in: reasoning_block    out: giver_no, taker_no, blocks    order: none
SELECT g.account_no AS giver_no, t.account_no AS taker_no, count(*) AS blocks
FROM reasoning_block AS t
JOIN reasoning_block AS g ON g.share_key = t.share_key AND g.kind = 8 AND g.account_no <> t.account_no
LEFT JOIN reasoning_block AS own
  ON own.share_key = t.share_key AND own.kind = 8 AND own.account_no = t.account_no
WHERE t.kind = 7 AND own.share_key IS NULL
GROUP BY g.account_no, t.account_no
