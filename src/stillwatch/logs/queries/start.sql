-- When some accounts begin conversations: later turns follow the first within minutes, whatever the account's rhythm. An
-- exchange of which no turn is known begins one.
-- in: exchange, chosen (account_no)    out: account_no, started_at    order: account_no, started_at
SELECT e.account_no, e.started_at
FROM exchange AS e
JOIN chosen AS c ON c.account_no = e.account_no
WHERE coalesce(e.turn, 1) <= 1
ORDER BY e.account_no, e.started_at
