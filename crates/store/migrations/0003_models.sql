ALTER TABLE model ADD COLUMN report {sealed};
ALTER TABLE model ADD COLUMN failure {sealed};
ALTER TABLE model ADD COLUMN unit {text};

CREATE TABLE upload (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    name {sealed} NOT NULL,
    format {text} NOT NULL,
    size {int},
    received {int} NOT NULL,
    state {text} NOT NULL,
    failure {sealed},
    created_at {instant} NOT NULL,
    ends_at {instant} NOT NULL
){strict};
CREATE INDEX upload_person ON upload (person, created_at);

CREATE TABLE upload_part (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    upload {id} NOT NULL,
    begins {int} NOT NULL,
    size {int} NOT NULL
){strict};
CREATE UNIQUE INDEX upload_part_place ON upload_part (upload, begins);

CREATE TABLE slicing (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    model {id} NOT NULL,
    quality {text},
    material {text},
    supports {flag},
    state {text} NOT NULL,
    facts {sealed},
    failure {sealed},
    created_at {instant} NOT NULL
){strict};
CREATE INDEX slicing_model ON slicing (model, created_at);
CREATE INDEX slicing_person ON slicing (person);
