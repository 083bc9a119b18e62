-- People's keys, wrapped under the epoch key; and, where there is no local disk, the erasure ledger.

CREATE TABLE person_key (
    person {id} PRIMARY KEY,
    epoch {int} NOT NULL,
    wrapped {bytes} NOT NULL
){strict};

CREATE TABLE erasure (
    person {id} PRIMARY KEY,
    at {instant} NOT NULL
){strict};
