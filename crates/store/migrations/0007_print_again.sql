-- What printing an entry again needs to know: what it was sliced for, and how long the slicer said that it takes.
ALTER TABLE print_record ADD COLUMN material {text};
ALTER TABLE print_record ADD COLUMN estimate {real};
