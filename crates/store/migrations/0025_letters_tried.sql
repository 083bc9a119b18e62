-- Since when a letter is tried at an address that asks to come again.
ALTER TABLE letter ADD COLUMN tried_at {instant};
