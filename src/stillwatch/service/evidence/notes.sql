-- What was noted in a transparency log, in full: the log itself has digests alone.
-- Times are seconds since 1970 UTC.

CREATE TABLE note (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    noted_at REAL NOT NULL,
    -- Canonical JSON, packed (zlib); NULL where it was erased.
    body BLOB,
    -- Its number in the log; NULL until it stands there.
    leaf INTEGER
);

CREATE INDEX note_that_waits ON note (number) WHERE leaf IS NULL;

-- How far a trail or a table of another file was noted.
CREATE TABLE followed (
    name TEXT PRIMARY KEY,
    place REAL NOT NULL,
    mark TEXT NOT NULL
) WITHOUT ROWID;

-- Which batch a denial was committed to in, and at which place; only as long as it can still be shown.
CREATE TABLE denial (
    denial TEXT PRIMARY KEY,
    batch TEXT NOT NULL,
    place INTEGER NOT NULL,
    denied_at REAL NOT NULL
) WITHOUT ROWID;

CREATE INDEX denial_by_time ON denial (denied_at);
