-- Times in which somebody's data is kept and not used: all of it, or for one purpose. In force until it ends; `person.restricted`
-- says of the whole whether any is in force.
CREATE TABLE restriction (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    purpose {text},
    ground {text} NOT NULL,
    since {instant} NOT NULL,
    ends_at {instant},
    told_at {instant},
    ended_at {instant},
    request {id}
){strict};
CREATE INDEX restriction_person ON restriction (person, ended_at);
CREATE INDEX restriction_ends ON restriction (ends_at);
