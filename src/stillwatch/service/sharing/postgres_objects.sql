-- The same as objects.sql, in the types of PostgreSQL; in a schema of its own.

CREATE TABLE head (
    single SMALLINT PRIMARY KEY CHECK (single = 1),
    last_seq BIGINT NOT NULL,
    last_added_us BIGINT NOT NULL,
    store_version SMALLINT NOT NULL
);

INSERT INTO head VALUES (1, 0, 0, 1);

CREATE TABLE object (
    seq BIGINT PRIMARY KEY,
    object_id TEXT NOT NULL,
    object_type TEXT NOT NULL,
    spec_version TEXT NOT NULL,
    version TEXT NOT NULL,
    version_us BIGINT NOT NULL,
    added_us BIGINT NOT NULL,
    producer TEXT NOT NULL,
    tlp SMALLINT NOT NULL,
    digest BYTEA NOT NULL,
    is_named_by_content SMALLINT NOT NULL,
    is_echo SMALLINT NOT NULL,
    is_tombstone SMALLINT NOT NULL,
    is_current SMALLINT NOT NULL,
    place SMALLINT NOT NULL,
    collection TEXT NOT NULL,
    data BYTEA NOT NULL
);

CREATE UNIQUE INDEX object_by_time ON object (added_us);
CREATE INDEX object_by_seq ON object (collection, seq);
CREATE INDEX object_current ON object (collection, seq) WHERE is_current = 1;
CREATE INDEX object_current_by_type ON object (collection, object_type, seq) WHERE is_current = 1;
CREATE INDEX object_by_id ON object (object_id, collection);

CREATE TABLE status (
    status_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    made_us BIGINT NOT NULL,
    data BYTEA NOT NULL
);

CREATE INDEX status_by_time ON status (made_us);
