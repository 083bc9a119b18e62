-- What a request for a correction puts right: an error, something outdated, an omission.
ALTER TABLE request ADD COLUMN amends {text};
