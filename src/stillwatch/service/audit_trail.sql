-- The audit trail that a state keeps; see service.audit_trail.
CREATE TABLE audit (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    happened_at REAL NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    about TEXT NOT NULL,
    detail TEXT NOT NULL,
    digest TEXT NOT NULL
);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is append-only');
END;

CREATE TRIGGER audit_is_not_erased BEFORE DELETE ON audit
BEGIN
    SELECT raise(ABORT, 'the audit trail is append-only');
END;
