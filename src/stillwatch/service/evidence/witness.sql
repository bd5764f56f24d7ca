-- What a witness has signed last of each log, and what logs have signed that cannot be.
CREATE TABLE signed (
    origin TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE suspicions (
    origin TEXT NOT NULL,
    noted_at REAL NOT NULL,
    signed TEXT NOT NULL,
    shown TEXT NOT NULL
);
