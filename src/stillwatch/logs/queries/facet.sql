-- How often each account shows each value of what its program and network set: the modes and their shares come from here.
-- in: exchange    out: account_no, facet, facet_key, exchanges    order: none
SELECT account_no, 'params' AS facet, params_key AS facet_key, count(*) AS exchanges FROM exchange WHERE params_key <> 0 GROUP BY account_no, params_key
UNION ALL
SELECT account_no, 'client', client_key, count(*) FROM exchange WHERE client_key <> 0 GROUP BY account_no, client_key
UNION ALL
SELECT account_no, 'address', address_key, count(*) FROM exchange WHERE address_key <> 0 GROUP BY account_no, address_key
UNION ALL
SELECT account_no, 'prefix', prefix_key, count(*) FROM exchange WHERE prefix_key <> 0 GROUP BY account_no, prefix_key
UNION ALL
SELECT account_no, 'org', org_identity, count(*) FROM exchange WHERE org_identity <> 0 GROUP BY account_no, org_identity
UNION ALL
SELECT account_no, 'team', team_identity, count(*) FROM exchange WHERE team_identity <> 0 GROUP BY account_no, team_identity
