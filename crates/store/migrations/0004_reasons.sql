-- Why somebody of the house opened a person's record; empty where no reason is asked for.
ALTER TABLE access_note ADD COLUMN reason {text};
