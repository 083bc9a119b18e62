-- For which claim of the house somebody's data is held.
ALTER TABLE restriction ADD COLUMN reference {sealed};
