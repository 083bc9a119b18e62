-- Why somebody of the house opened a person's record; empty where no reason is asked for.
ALTER TABLE access_note ADD COLUMN reason {text};

-- Who reviewed the access log, up to which line.
CREATE TABLE log_review (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    at {instant} NOT NULL,
    upto {int} NOT NULL
){strict};
CREATE INDEX log_review_upto ON log_review (upto);
