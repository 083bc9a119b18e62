-- A toolpath may be made for one printer of the house; and what stays on a machine that was taken out of the house
-- without removing it there is written down until somebody has seen to it.

ALTER TABLE slicing ADD COLUMN printer {id};

CREATE TABLE stray (
    id {id} PRIMARY KEY,
    machine {text} NOT NULL,
    left_at {instant} NOT NULL
){strict};
