-- When an account was used last, to the day, and since when its owner is told that it goes because nobody uses it.
ALTER TABLE person ADD COLUMN used_at {instant};
ALTER TABLE person ADD COLUMN told_unused_at {instant};
