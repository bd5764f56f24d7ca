-- Signed reasoning blocks handed in by an account that never received them, where another account did.
-- in: share    out: giver_no, taker_no, blocks    order: none
SELECT g.account_no AS giver_no, t.account_no AS taker_no, count(DISTINCT t.share_key) AS blocks
FROM (SELECT DISTINCT share_key, account_no FROM share WHERE kind = 7) AS t
JOIN (SELECT DISTINCT share_key, account_no FROM share WHERE kind = 8) AS g ON g.share_key = t.share_key
LEFT JOIN (SELECT DISTINCT share_key, account_no FROM share WHERE kind = 8) AS own
  ON own.share_key = t.share_key AND own.account_no = t.account_no
WHERE own.share_key IS NULL
GROUP BY g.account_no, t.account_no
