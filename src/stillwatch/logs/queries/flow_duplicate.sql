-- How many records of the hosts' flows said what another one had said already.
-- in: flows, flow_once    out: duplicates    order: one row
SELECT (SELECT count(*) FROM flows) - (SELECT count(*) FROM flow_once) AS duplicates
