-- Keys that the same accounts use again and again: a template leaves a dozen such, a common phrase one. Sets of accounts are
-- told apart by their size, their first and their last member: account keys are hashes, so these are two min-hashes.
-- in: tie_use; $least_accounts, $least_exchanges, $least_uses (exchanges an account, on average), $least_keys
-- out: kind, share_key, set_key    order: none
SELECT k.kind, k.share_key, s.set_key
FROM (
  SELECT kind, share_key, count(*) AS accounts, min(account_key) AS first_key, max(account_key) AS last_key
  FROM tie_use
  GROUP BY kind, share_key
  HAVING count(*) >= $least_accounts AND sum(exchanges) >= $least_exchanges AND sum(exchanges) >= $least_uses * count(*)
) AS k
JOIN (
  SELECT accounts, first_key, last_key, min(share_key) AS set_key
  FROM (
    SELECT share_key, count(*) AS accounts, min(account_key) AS first_key, max(account_key) AS last_key
    FROM tie_use
    GROUP BY kind, share_key
    HAVING count(*) >= $least_accounts AND sum(exchanges) >= $least_exchanges AND sum(exchanges) >= $least_uses * count(*)
  ) AS held
  GROUP BY accounts, first_key, last_key
  HAVING count(*) >= $least_keys
) AS s ON s.accounts = k.accounts AND s.first_key = k.first_key AND s.last_key = k.last_key
