-- The leaf of an erasure is found by the instant that its receipt names.
CREATE INDEX access_leaf_at ON access_leaf (at);
