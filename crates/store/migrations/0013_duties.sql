-- What the policy wants done again and again (a search for weaknesses, an audit): each time it was, by whom, and what was found.
CREATE TABLE duty_done (
    id {id} PRIMARY KEY,
    person {id},
    duty {text} NOT NULL,
    at {instant} NOT NULL,
    found {text} NOT NULL,
    note {sealed}
){strict};
CREATE INDEX duty_done_duty ON duty_done (duty, at);
