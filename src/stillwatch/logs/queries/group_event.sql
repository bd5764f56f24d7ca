-- Everything that the accounts of the groups under test did; `in_focus` marks what carries one of the group's own keys.
-- in: exchange, share, wanted (group_no, account_no), wanted_key (group_no, kind, share_key)
-- out: one row an exchange and group    order: group_no, started_at
SELECT
  w.group_no, e.account_no, e.exchange_no, e.started_at, e.exact_key, e.params_key, e.client_key, e.address_key,
  e.system_key, e.skeleton_key, coalesce(e.model, '') AS model, coalesce(e.status_code, 200) AS status_code,
  e.turn, e.max_tokens, e.choices, e.logprobs, e.task_bits, e.prompt_words, e.end_user_identity,
  coalesce(e.input_tokens, 0) AS input_tokens, coalesce(e.output_tokens, 0) AS output_tokens,
  CASE WHEN f.exchange_no IS NULL THEN 0 ELSE 1 END AS in_focus
FROM wanted AS w
JOIN exchange AS e ON e.account_no = w.account_no
LEFT JOIN (
  SELECT DISTINCT k.group_no, s.exchange_no
  FROM wanted_key AS k
  JOIN share AS s ON s.kind = k.kind AND s.share_key = k.share_key
) AS f ON f.group_no = w.group_no AND f.exchange_no = e.exchange_no
ORDER BY w.group_no, e.started_at
