-- What went because its time was over, kind by kind and day by day.
CREATE TABLE retention_outcome (
    day {instant} NOT NULL,
    what {text} NOT NULL,
    removed {int} NOT NULL,
    PRIMARY KEY (day, what)
){strict};
