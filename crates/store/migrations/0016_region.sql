-- Where somebody lives, as far as the law that counts for them depends on it; empty if they have not said.
ALTER TABLE person ADD COLUMN region {text};
