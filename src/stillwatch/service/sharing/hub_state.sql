-- Who takes part in a hub, what each has been sent, and who decided what. Times are seconds since 1970 UTC.

CREATE TABLE member (
    name TEXT PRIMARY KEY,
    identity TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    ceiling TEXT NOT NULL,
    token BLOB NOT NULL UNIQUE,
    added_at REAL NOT NULL,
    ended_at REAL,
    why TEXT NOT NULL
) WITHOUT ROWID;

-- The last number that a member has said to have taken in, and when: proof of delivery.
CREATE TABLE delivered (
    member TEXT NOT NULL REFERENCES member (name),
    collection TEXT NOT NULL,
    seq INTEGER NOT NULL,
    acknowledged_at REAL NOT NULL,
    PRIMARY KEY (member, collection)
) WITHOUT ROWID;

CREATE TABLE hook (
    hook INTEGER PRIMARY KEY,
    member TEXT NOT NULL REFERENCES member (name),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    seq INTEGER NOT NULL,
    is_verified INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    trouble TEXT NOT NULL,
    tried_at REAL NOT NULL,
    UNIQUE (member, url)
);
