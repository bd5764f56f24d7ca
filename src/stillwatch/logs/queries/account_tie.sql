-- What may tie accounts, each kind under a name: sets of keys, system texts, signed reasoning blocks, where requests come
-- from, whose the account is, and conversations that may go on elsewhere.
-- in: exchanges, keys, tie_use, tie_set    out: tie, tie_key, account_key    order: none
SELECT DISTINCT 'template' AS tie, s.set_key AS tie_key, u.account_key
FROM tie_set AS s
JOIN tie_use AS u ON u.kind = s.kind AND u.share_key = s.share_key
UNION ALL
SELECT 'system', share_key, account_key FROM tie_use WHERE kind = 4 AND exchanges > 1
UNION ALL
SELECT DISTINCT 'reasoning', share_key, account_key FROM keys WHERE kind >= 7 AND account_key <> 0
UNION ALL
SELECT DISTINCT 'address', address_key, account_key FROM exchanges WHERE address_key <> 0 AND account_key <> 0
UNION ALL
SELECT DISTINCT 'prefix', prefix_key, account_key FROM exchanges WHERE prefix_key <> 0 AND account_key <> 0
UNION ALL
SELECT DISTINCT 'client', client_key, account_key FROM exchanges WHERE client_key <> 0 AND account_key <> 0
UNION ALL
SELECT DISTINCT 'org', org_identity, account_key FROM exchanges WHERE org_identity <> 0 AND account_key <> 0
UNION ALL
SELECT DISTINCT 'team', team_identity, account_key FROM exchanges WHERE team_identity <> 0 AND account_key <> 0
UNION ALL
SELECT DISTINCT 'conversation', c.chain_key, c.account_key
FROM (
  SELECT chain_self AS chain_key, account_key FROM exchanges WHERE chain_self <> 0
  UNION ALL
  SELECT chain_parent, account_key FROM exchanges WHERE chain_parent <> 0
) AS c
WHERE c.account_key <> 0
