-- What a request about one's data is about, how it came, and by which code whoever asked follows it.
ALTER TABLE request ADD COLUMN came {text};
ALTER TABLE request ADD COLUMN region {text};
ALTER TABLE request ADD COLUMN received_at {instant};
ALTER TABLE request ADD COLUMN step {int} NOT NULL DEFAULT 0;
ALTER TABLE request ADD COLUMN for_another {flag};
ALTER TABLE request ADD COLUMN called {sealed};
ALTER TABLE request ADD COLUMN reply_to {sealed};
ALTER TABLE request ADD COLUMN words {sealed};
ALTER TABLE request ADD COLUMN follow {bytes};
ALTER TABLE request ADD COLUMN proof {bytes};
-- The account it is about, where whoever asked has none signed in.
ALTER TABLE request ADD COLUMN subject {id};
CREATE INDEX request_open ON request (ended_at, due_at);
CREATE UNIQUE INDEX request_follow ON request (follow);
CREATE UNIQUE INDEX request_proof ON request (proof);

-- What happened to it, in order: the letters among it.
CREATE TABLE request_event (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    request {id} NOT NULL,
    step {int} NOT NULL,
    at {instant} NOT NULL,
    kind {text} NOT NULL,
    detail {text} NOT NULL,
    actor {id},
    role {text},
    words {sealed},
    letter {text},
    ended_at {instant}
){strict};
CREATE UNIQUE INDEX request_event_step ON request_event (request, step);
CREATE INDEX request_event_person ON request_event (person);
