-- The exchanges in focus of the groups under test: those that carry one of the group's keys, or, for a group that no key
-- ties, everything its accounts did.
-- in: exchange, share, wanted (group_no, account_no, is_keyed), wanted_key (group_no, kind, share_key)
-- out: one row an exchange and group    order: group_no, started_at, exchange_no
SELECT
  w.group_no, e.account_no, e.exchange_no, e.started_at, e.exact_key, e.params_key, e.client_key, e.address_key,
  e.system_key, e.skeleton_key, coalesce(e.model, '') AS model, coalesce(e.status_code, 200) AS status_code,
  e.turn, e.max_tokens, e.choices, e.logprobs, e.task_bits, e.prompt_words, e.end_user_identity,
  coalesce(e.input_tokens, 0) AS input_tokens, coalesce(e.output_tokens, 0) AS output_tokens
FROM exchange AS e
JOIN (
  SELECT DISTINCT k.group_no, s.account_no, s.exchange_no
  FROM wanted_key AS k
  JOIN share AS s ON s.kind = k.kind AND s.share_key = k.share_key
  JOIN wanted AS a ON a.group_no = k.group_no AND a.account_no = s.account_no
) AS w ON w.exchange_no = e.exchange_no AND w.account_no = e.account_no
UNION ALL
SELECT
  w.group_no, e.account_no, e.exchange_no, e.started_at, e.exact_key, e.params_key, e.client_key, e.address_key,
  e.system_key, e.skeleton_key, coalesce(e.model, '') AS model, coalesce(e.status_code, 200) AS status_code,
  e.turn, e.max_tokens, e.choices, e.logprobs, e.task_bits, e.prompt_words, e.end_user_identity,
  coalesce(e.input_tokens, 0) AS input_tokens, coalesce(e.output_tokens, 0) AS output_tokens
FROM exchange AS e
JOIN wanted AS w ON w.account_no = e.account_no AND w.is_keyed = 0
ORDER BY group_no, started_at, exchange_no
