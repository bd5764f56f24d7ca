-- Kept excerpts of the exchanges asked for.
-- in: excerpts, asked (group_no, exchange_no)    out: group_no, exchange_no, system_text, prompt_text    order: group_no, exchange_no
SELECT q.group_no, x.exchange_no, x.system_text, x.prompt_text
FROM asked AS q
JOIN excerpts AS x ON x.exchange_no = q.exchange_no
ORDER BY q.group_no, x.exchange_no
