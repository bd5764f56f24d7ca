-- What peers have told this deployment, and what people here make of it. Times are seconds since 1970 UTC.

CREATE TABLE campaign (
    campaign INTEGER PRIMARY KEY,
    producer TEXT NOT NULL,
    id TEXT NOT NULL,
    version_at REAL NOT NULL,
    name TEXT NOT NULL,
    producer_name TEXT NOT NULL,
    confidence INTEGER NOT NULL,
    valid_until REAL NOT NULL,
    tlp TEXT NOT NULL,
    pap TEXT NOT NULL,
    is_machine_made INTEGER NOT NULL,
    -- SharedCampaign without its indicators, as JSON.
    document TEXT NOT NULL,
    review TEXT NOT NULL,
    -- Provenance of the version that is kept.
    delivered_by TEXT NOT NULL,
    received_at REAL NOT NULL,
    signed TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    -- 2: signed by its producer; 1: a server vouches for it; 0: nobody does.
    assurance INTEGER NOT NULL,
    UNIQUE (producer, id)
);

-- An id belongs to its producer: another one's of the same id is another row.
CREATE TABLE indicator (
    indicator INTEGER PRIMARY KEY,
    campaign INTEGER NOT NULL REFERENCES campaign (campaign),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    form TEXT NOT NULL,
    key_id TEXT NOT NULL,
    template_kind INTEGER NOT NULL,
    confidence INTEGER NOT NULL,
    certainty TEXT NOT NULL,
    valid_from REAL NOT NULL,
    valid_until REAL NOT NULL,
    received_at REAL NOT NULL,
    review TEXT NOT NULL,
    UNIQUE (campaign, id)
);

CREATE INDEX indicator_by_value ON indicator (value, kind);

-- Remembered for ever, so that what was taken back stays so, though it be sent again or had not come yet.
CREATE TABLE taken_back (
    producer TEXT NOT NULL,
    id TEXT NOT NULL,
    taken_back_at REAL NOT NULL,
    PRIMARY KEY (producer, id)
) WITHOUT ROWID;

-- The last word of each reader on each thing.
CREATE TABLE opinion (
    about TEXT NOT NULL,
    by_id TEXT NOT NULL,
    stance TEXT NOT NULL,
    stated_at REAL NOT NULL,
    explanation TEXT NOT NULL,
    -- STIX id; empty where it was stated here and not sent.
    id TEXT NOT NULL,
    PRIMARY KEY (about, by_id)
) WITHOUT ROWID;

CREATE TABLE sighting (
    id TEXT PRIMARY KEY,
    of_id TEXT NOT NULL,
    by_id TEXT NOT NULL,
    stated_at REAL NOT NULL,
    sightings INTEGER NOT NULL,
    first_seen REAL NOT NULL,
    last_seen REAL NOT NULL
) WITHOUT ROWID;

-- What was refused, and why; the newest alone are kept.
CREATE TABLE refused (
    refused INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    why TEXT NOT NULL,
    delivered_by TEXT NOT NULL,
    refused_at REAL NOT NULL
);

-- How far each server has been read.
CREATE TABLE place (
    source TEXT PRIMARY KEY,
    position TEXT NOT NULL
) WITHOUT ROWID;

-- Objects of servers that come in pages, kept until what they belong to is there.
CREATE TABLE carried (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    version TEXT NOT NULL,
    version_us INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    data BLOB NOT NULL,
    is_read INTEGER NOT NULL,
    PRIMARY KEY (source, id)
) WITHOUT ROWID;

CREATE TABLE reference (
    source TEXT NOT NULL,
    from_id TEXT NOT NULL,
    to_id TEXT NOT NULL,
    PRIMARY KEY (source, from_id, to_id)
) WITHOUT ROWID;

CREATE INDEX carried_unread ON carried (source) WHERE is_read = 0;

CREATE INDEX reference_back ON reference (source, to_id);
