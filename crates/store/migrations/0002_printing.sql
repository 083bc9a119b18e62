-- Printers, the queue, files on machines, and the print history.
--
-- A row of `job` or `placement` lives only as long as its print. An incognito job has no person, no name and no file
-- row: what is known of it lies in the memory of one process.

CREATE TABLE printer (
    id {id} PRIMARY KEY,
    name {text} NOT NULL,
    driver {text} NOT NULL,
    address {text},
    secret {bytes},
    added_at {instant} NOT NULL,
    on_duty {flag} NOT NULL,
    bed_clear_at {instant},
    size_x {real},
    size_y {real},
    size_z {real},
    nozzle_most {real},
    bed_most {real},
    material {text},
    worker {id},
    lease_until {instant},
    fence {int} NOT NULL DEFAULT 0
){strict};

CREATE TABLE job (
    id {id} PRIMARY KEY,
    person {id},
    state {text} NOT NULL,
    since {instant} NOT NULL,
    place {int} NOT NULL,
    wanted {id},
    printer {id},
    reference {id} NOT NULL,
    added_at {instant} NOT NULL,
    placed_at {instant},
    asked_at {instant},
    started_at {instant},
    trouble {text},
    name {sealed},
    size_x {real},
    size_y {real},
    size_z {real},
    material {text},
    seconds {real},
    grams {real},
    incognito {flag} NOT NULL,
    file {id},
    keeper {id},
    keeper_until {instant}
){strict};
CREATE INDEX job_person ON job (person);
CREATE INDEX job_place ON job (place, id);

CREATE TABLE placement (
    id {id} PRIMARY KEY,
    printer {id} NOT NULL
){strict};

CREATE TABLE print_record (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    printer {id},
    name {sealed},
    collected_at {instant} NOT NULL,
    started_at {instant},
    ended_at {instant} NOT NULL,
    seconds {real},
    grams {real},
    verdict {text} NOT NULL,
    said_by {text} NOT NULL
){strict};
CREATE INDEX print_record_person ON print_record (person, ended_at, id);
CREATE INDEX print_record_collected ON print_record (collected_at);

CREATE TABLE deed (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    printer {id} NOT NULL,
    what {text} NOT NULL,
    at {instant} NOT NULL
){strict};
CREATE INDEX deed_person ON deed (person, at);
