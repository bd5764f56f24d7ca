-- The text behind each account of the window.
-- in: names, account    out: account_no, name_text    order: account_no
SELECT a.account_no, min(n.name_text) AS name_text
FROM account AS a
JOIN names AS n ON n.name_key = a.account_key AND n.kind = 'account'
GROUP BY a.account_no
ORDER BY a.account_no
