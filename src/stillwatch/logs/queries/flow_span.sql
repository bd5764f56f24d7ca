-- From when to when the hosts' flows are, nanoseconds since 1970; nothing where there are none.
-- in: flow_chosen    out: first_at, last_at    order: one row
SELECT min(start_at) AS first_at, max(end_at) AS last_at FROM flow_chosen HAVING count(*) > 0
