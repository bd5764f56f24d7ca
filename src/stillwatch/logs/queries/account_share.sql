-- Who uses each shared key, and how often. A key of one or two accounts ties nobody; one used once by each is a shared
-- prompt, not a template, and is counted apart.
-- in: share; $least_accounts, $most_accounts, $least_exchanges, $least_uses (exchanges an account, on average)    out: kind, share_key, account_no, exchanges    order: none
SELECT s.kind, s.share_key, s.account_no, count(*) AS exchanges
FROM share AS s
JOIN (
  SELECT kind, share_key
  FROM share
  WHERE kind <= 6
  GROUP BY kind, share_key
  HAVING count(*) >= $least_exchanges
    AND count(DISTINCT account_no) BETWEEN $least_accounts AND $most_accounts
    AND count(*) >= $least_uses * count(DISTINCT account_no)
) AS shared ON shared.kind = s.kind AND shared.share_key = s.share_key
GROUP BY s.kind, s.share_key, s.account_no
