-- What was handed to whom, and why. A line is added and never altered: nothing but retention and erasure takes it away.
CREATE TABLE disclosure (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    at {instant} NOT NULL,
    told_at {instant} NOT NULL,
    recipient {text},
    named {sealed},
    class {text} NOT NULL,
    purpose {text} NOT NULL,
    ground {text} NOT NULL,
    categories {text} NOT NULL,
    reference {sealed},
    provision {sealed},
    barred_by {sealed},
    actor {id},
    role {text} NOT NULL
){strict};
CREATE INDEX disclosure_person ON disclosure (person);
CREATE INDEX disclosure_at ON disclosure (at);

-- What demands a disclosure, from the day somebody recorded it until another has released or refused it.
CREATE TABLE demand (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    kind {text} NOT NULL,
    issuer {sealed} NOT NULL,
    reference {sealed} NOT NULL,
    provision {sealed} NOT NULL,
    dated {text} NOT NULL,
    categories {text} NOT NULL,
    barred_by {sealed},
    told_at {instant} NOT NULL,
    state {text} NOT NULL,
    entered_at {instant} NOT NULL,
    entered_by {id},
    entered_role {text} NOT NULL,
    settled_at {instant},
    settled_by {id},
    settled_role {text}
){strict};
CREATE INDEX demand_person ON demand (person);

-- From when the person may know of a look, where a law forbids to tell them sooner; empty: at once.
ALTER TABLE access_note ADD COLUMN told_at {instant};
