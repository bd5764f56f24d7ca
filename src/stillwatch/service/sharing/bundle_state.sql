-- What was exported and imported as signed bundle files. Times are seconds since 1970 UTC.

CREATE TABLE exported (
    stream TEXT NOT NULL,
    export_seq INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    exported_at REAL NOT NULL,
    PRIMARY KEY (stream, export_seq)
) WITHOUT ROWID;

-- Content that a stream has carried, so that it is not carried again.
CREATE TABLE carried (
    stream TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (stream, sha256)
) WITHOUT ROWID;

CREATE TABLE imported (
    producer TEXT NOT NULL,
    stream TEXT NOT NULL,
    export_seq INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    previous TEXT NOT NULL,
    is_complete INTEGER NOT NULL,
    imported_at REAL NOT NULL,
    PRIMARY KEY (producer, stream, export_seq)
) WITHOUT ROWID;
