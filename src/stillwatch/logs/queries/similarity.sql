-- The similarity sketches of accounts with enough prompts to have a profile.
-- in: exchange, account; $least_exchanges    out: account_no, similarity_a, similarity_b    order: none
SELECT e.account_no, e.similarity_a, e.similarity_b
FROM exchange AS e
JOIN account AS a ON a.account_no = e.account_no
WHERE a.exchanges >= $least_exchanges AND e.prompt_words > 0
