-- Checkpoints of logs that were heard of, and those of which two cannot both be true.
CREATE TABLE heads (
    origin TEXT NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    heard_from TEXT NOT NULL,
    heard_at REAL NOT NULL,
    -- Whether it is known to continue those before it; one that nothing connects to them waits for what does.
    is_connected INTEGER NOT NULL,
    PRIMARY KEY (origin, size, root)
);
CREATE TABLE splits (
    origin TEXT NOT NULL,
    one TEXT NOT NULL,
    other TEXT NOT NULL,
    because TEXT NOT NULL,
    heard_from TEXT NOT NULL,
    found_at REAL NOT NULL,
    PRIMARY KEY (one, other)
);
