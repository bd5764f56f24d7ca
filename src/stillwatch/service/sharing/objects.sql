-- The objects of a server's collections as one stream; see object_store.py. Times are microseconds since 1970 UTC.
-- SQLite. postgres_objects.sql says the same in the types of PostgreSQL.

-- Where the stream ends; one row. Whoever writes takes it first, so that numbers are committed in their order.
CREATE TABLE head (
    single INTEGER PRIMARY KEY CHECK (single = 1),
    last_seq INTEGER NOT NULL,
    last_added_us INTEGER NOT NULL
);

INSERT INTO head VALUES (1, 0, 0);

CREATE TABLE object (
    seq INTEGER PRIMARY KEY,
    object_id TEXT NOT NULL,
    object_type TEXT NOT NULL,
    spec_version TEXT NOT NULL,
    version TEXT NOT NULL,
    version_us INTEGER NOT NULL,
    added_us INTEGER NOT NULL,
    producer TEXT NOT NULL,
    tlp INTEGER NOT NULL,
    digest BLOB NOT NULL,
    is_named_by_content INTEGER NOT NULL,
    is_echo INTEGER NOT NULL,
    is_tombstone INTEGER NOT NULL,
    is_current INTEGER NOT NULL,
    place INTEGER NOT NULL,
    collection TEXT NOT NULL,
    data BLOB NOT NULL
);

CREATE UNIQUE INDEX object_by_time ON object (added_us);
CREATE INDEX object_by_seq ON object (collection, seq);
CREATE INDEX object_current ON object (collection, seq) WHERE is_current = 1;
CREATE INDEX object_current_by_type ON object (collection, object_type, seq) WHERE is_current = 1;
CREATE INDEX object_by_id ON object (object_id, collection);

CREATE TABLE status (
    status_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    made_us INTEGER NOT NULL,
    data BLOB NOT NULL
) WITHOUT ROWID;

CREATE INDEX status_by_time ON status (made_us);
