-- What was screened, what was found and what people decided: kept for as long as the law asks, and not a day less.
-- Times are seconds since 1970 UTC.

-- One screen, whole: lists with digests, what was asked, candidates with score parts, thresholds, rules.
CREATE TABLE run (
    run TEXT PRIMARY KEY,
    screened_at REAL NOT NULL,
    retain_until REAL NOT NULL,
    digest TEXT NOT NULL,
    record BLOB NOT NULL
) WITHOUT ROWID;

-- The candidates as the last screen that found them had them.
CREATE TABLE candidate (
    candidate TEXT PRIMARY KEY,
    facts TEXT NOT NULL,
    first_seen REAL NOT NULL,
    last_seen REAL NOT NULL,
    run TEXT NOT NULL,
    record TEXT NOT NULL
) WITHOUT ROWID;

-- Decisions are added, never changed; the last one of a candidate counts, while its facts are the same.
CREATE TABLE decision (
    decision INTEGER PRIMARY KEY AUTOINCREMENT,
    candidate TEXT NOT NULL,
    facts TEXT NOT NULL,
    run TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_at REAL NOT NULL,
    retain_until REAL NOT NULL
);

CREATE INDEX decision_by_candidate ON decision (candidate);

CREATE TRIGGER run_is_not_changed BEFORE UPDATE ON run
BEGIN
    SELECT raise(ABORT, 'records of screens are append-only');
END;

CREATE TRIGGER run_is_retained BEFORE DELETE ON run WHEN OLD.retain_until > CAST(strftime('%s', 'now') AS REAL)
BEGIN
    SELECT raise(ABORT, 'the record must be retained');
END;

CREATE TRIGGER decision_is_not_changed BEFORE UPDATE ON decision
BEGIN
    SELECT raise(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decision_is_retained BEFORE DELETE ON decision
WHEN OLD.retain_until > CAST(strftime('%s', 'now') AS REAL)
BEGIN
    SELECT raise(ABORT, 'the decision must be retained');
END;
