-- With whom the hosts spoke.
-- in: flow_chosen    out: host_no, peer    order: host_no, peer
SELECT host_no, peer FROM flow_chosen GROUP BY host_no, peer ORDER BY host_no, peer
