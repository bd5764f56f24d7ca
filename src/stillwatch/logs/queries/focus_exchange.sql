-- Every exchange that is in focus of any group, once.
-- in: exchange, focus    out: one row an exchange    order: none
SELECT
  e.account_no, e.exchange_no, e.started_at, e.exact_key, e.params_key, e.client_key, e.address_key,
  e.system_key, e.skeleton_key, coalesce(e.model, '') AS model, coalesce(e.status_code, 200) AS status_code,
  e.turn, e.max_tokens, e.choices, e.logprobs, e.task_bits, e.prompt_words, e.end_user_identity,
  coalesce(e.input_tokens, 0) AS input_tokens, coalesce(e.output_tokens, 0) AS output_tokens
FROM exchange AS e
WHERE e.exchange_no IN (SELECT exchange_no FROM focus)
