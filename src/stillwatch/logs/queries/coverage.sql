-- Share of exchanges whose fields can support each kind of evidence, and what else the log says about itself.
-- in: exchange    out: one row    order: none
SELECT
  count(*) AS exchanges,
  sum(has_text) AS with_text,
  sum(CASE WHEN params_key <> 0 THEN 1 ELSE 0 END) AS with_params,
  sum(CASE WHEN address_key <> 0 THEN 1 ELSE 0 END) AS with_address,
  sum(CASE WHEN client_key <> 0 THEN 1 ELSE 0 END) AS with_client,
  sum(CASE WHEN chain_self <> 0 AND status_code IS NOT NULL THEN 1 ELSE 0 END) AS with_chain,
  sum(CASE WHEN output_tokens IS NOT NULL THEN 1 ELSE 0 END) AS with_tokens,
  sum(CASE WHEN end_user_identity <> 0 THEN 1 ELSE 0 END) AS with_end_user,
  sum(CASE WHEN ended_at < started_at THEN 1 ELSE 0 END) AS backwards,
  min(started_at) AS first_at,
  max(started_at) AS last_at
FROM exchange
