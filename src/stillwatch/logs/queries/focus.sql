-- Which exchanges are in focus of which group under test: those that carry one of the group's keys, or, for a group that
-- no key ties, everything its accounts did.
-- in: exchange, share, wanted (group_no, account_no, is_keyed), wanted_key (group_no, kind, share_key)
-- out: group_no, exchange_no    order: none
SELECT DISTINCT k.group_no, s.exchange_no
FROM wanted_key AS k
JOIN share AS s ON s.kind = k.kind AND s.share_key = k.share_key
JOIN wanted AS a ON a.group_no = k.group_no AND a.account_no = s.account_no
UNION ALL
SELECT w.group_no, e.exchange_no
FROM exchange AS e
JOIN wanted AS w ON w.account_no = e.account_no AND w.is_keyed = 0
