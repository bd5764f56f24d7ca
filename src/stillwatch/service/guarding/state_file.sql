-- The state of a guard: what is left of budgets, who was denied and why, appeals, and the audit trail.
-- Times are seconds since 1970 UTC. A budget's number is a signed 64-bit integer here.

CREATE TABLE budget (
    budget INTEGER PRIMARY KEY,
    whole_at REAL NOT NULL,
    saved_at REAL NOT NULL
);

-- What many denials have in common, so that a denial costs some sixty bytes.
CREATE TABLE ground (
    ground INTEGER PRIMARY KEY,
    action TEXT NOT NULL,
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    because TEXT NOT NULL,
    subject TEXT NOT NULL,
    confidence REAL NOT NULL,
    policy_version TEXT NOT NULL,
    UNIQUE (action, rule, reason, because, subject, confidence, policy_version)
);

CREATE TABLE denial (
    id TEXT PRIMARY KEY,
    denied_at REAL NOT NULL,
    ground INTEGER NOT NULL REFERENCES ground (ground),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    request_id TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX denial_by_time ON denial (denied_at);

CREATE TABLE appeal (
    id TEXT PRIMARY KEY,
    denial TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    statement TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    opened_at REAL NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decision_reason TEXT NOT NULL,
    decided_at REAL,
    exempt_until REAL
) WITHOUT ROWID;

CREATE INDEX appeal_by_denial ON appeal (denial);
