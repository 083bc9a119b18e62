-- What went wrong with people's data: when the house became aware, and what was found and done since. Whose data it was stands nowhere, but for one account or letter alone.
CREATE TABLE breach (
    id {id} PRIMARY KEY,
    entered_by {id},
    entered_role {text} NOT NULL,
    entered_at {instant} NOT NULL,
    aware_at {instant} NOT NULL,
    subject {id},
    step {int} NOT NULL,
    closed_at {instant}
){strict};

CREATE TABLE breach_event (
    id {id} PRIMARY KEY,
    breach {id} NOT NULL,
    actor {id},
    role {text} NOT NULL,
    step {int} NOT NULL,
    at {instant} NOT NULL,
    kind {text} NOT NULL,
    detail {text} NOT NULL,
    from_at {instant},
    until_at {instant},
    words {sealed},
    closed_at {instant}
){strict};
CREATE UNIQUE INDEX breach_event_step ON breach_event (breach, step);

-- Until when somebody has read what went wrong with data about them.
ALTER TABLE person ADD COLUMN breach_read_at {instant};
