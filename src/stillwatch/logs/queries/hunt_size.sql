-- How much there is to hunt in.
-- in: exchanges    out: exchanges, accounts    order: none
SELECT count(*) AS exchanges, count(DISTINCT CASE WHEN account_key <> 0 THEN account_key END) AS accounts
FROM exchanges
