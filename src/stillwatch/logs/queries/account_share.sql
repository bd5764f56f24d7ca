-- Who uses each shared key, and how often. A key of one or two accounts ties nobody; one used once by each is a shared
-- prompt, not a template, and is counted apart.
-- in: key_use; $least_accounts, $most_accounts, $least_exchanges, $least_uses (exchanges an account, on average)    out: kind, share_key, account_no, exchanges    order: none
SELECT u.kind, u.share_key, u.account_no, u.exchanges
FROM key_use AS u
JOIN (
  SELECT kind, share_key
  FROM key_use
  GROUP BY kind, share_key
  HAVING sum(exchanges) >= $least_exchanges
    AND count(*) BETWEEN $least_accounts AND $most_accounts
    AND sum(exchanges) >= $least_uses * count(*)
) AS shared ON shared.kind = u.kind AND shared.share_key = u.share_key
