-- What the holder of the keys of private matching keeps. Times are seconds since 1970 UTC.

CREATE TABLE epoch (
    id TEXT PRIMARY KEY,
    begins_at REAL NOT NULL,
    ends_at REAL NOT NULL,
    quota INTEGER NOT NULL,
    public BLOB NOT NULL,
    -- Erased when the epoch ends: afterwards nobody can make a token of it.
    secret BLOB,
    -- The file that members get.
    document BLOB NOT NULL
) WITHOUT ROWID;

-- How much a member has asked in an epoch, counted before it is answered.
CREATE TABLE asked (
    epoch TEXT NOT NULL REFERENCES epoch (id),
    member TEXT NOT NULL,
    elements INTEGER NOT NULL DEFAULT 0,
    -- Refusals since the last one that is in the audit trail, and when that was.
    untold INTEGER NOT NULL DEFAULT 0,
    told_at REAL,
    PRIMARY KEY (epoch, member)
) WITHOUT ROWID;
