-- Which account received (kind 8) or handed in (kind 7) which signed reasoning block.
-- in: share    out: kind, share_key, account_no    order: none
SELECT DISTINCT kind, share_key, account_no
FROM share
WHERE kind >= 7
