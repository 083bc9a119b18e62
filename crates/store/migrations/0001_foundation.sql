-- People and how they prove who they are; the access log; sealed files; background work; models.
--
-- One text for both engines. `{id}` and the like are replaced by each engine's type; see src/schema.rs.
-- Every column needs its line in policy/data.toml.

CREATE TABLE house (
    name {text} PRIMARY KEY,
    value {text} NOT NULL
){strict};

CREATE TABLE person (
    id {id} PRIMARY KEY,
    role {text} NOT NULL,
    created_at {instant} NOT NULL,
    closed_at {instant},
    erase_at {instant},
    name {sealed},
    email {sealed},
    email_index {bytes} UNIQUE,
    old_enough {flag},
    language {text},
    look {text},
    history {text},
    fenced {flag} NOT NULL DEFAULT {false},
    restricted {flag} NOT NULL DEFAULT {false},
    password {sealed},
    totp {sealed},
    totp_on {flag} NOT NULL DEFAULT {false},
    totp_step {int},
    failures {int} NOT NULL DEFAULT 0,
    locked_until {instant}
){strict};

CREATE TABLE session (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    token {bytes} NOT NULL UNIQUE,
    created_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    ends_at {instant} NOT NULL,
    proven_at {instant} NOT NULL,
    shared {flag} NOT NULL,
    agent {sealed},
    address {sealed}
){strict};
CREATE INDEX session_person ON session (person);

CREATE TABLE recovery_code (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    code {bytes} NOT NULL UNIQUE,
    used_at {instant}
){strict};
CREATE INDEX recovery_code_person ON recovery_code (person);

CREATE TABLE api_key (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    token {bytes} NOT NULL UNIQUE,
    name {sealed} NOT NULL,
    scopes {text} NOT NULL,
    created_at {instant} NOT NULL,
    used_at {instant}
){strict};
CREATE INDEX api_key_person ON api_key (person);

CREATE TABLE invitation (
    id {id} PRIMARY KEY,
    made_by {id} NOT NULL,
    code {bytes} NOT NULL UNIQUE,
    role {text} NOT NULL,
    created_at {instant} NOT NULL,
    ends_at {instant} NOT NULL
){strict};

CREATE TABLE consent (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    purpose {text} NOT NULL,
    status {text} NOT NULL,
    at {instant} NOT NULL,
    policy {text} NOT NULL,
    wording {text} NOT NULL,
    language {text} NOT NULL,
    control {text} NOT NULL,
    actor {text} NOT NULL
){strict};
CREATE INDEX consent_person ON consent (person, purpose, at);

CREATE TABLE request (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    kind {text} NOT NULL,
    state {text} NOT NULL,
    created_at {instant} NOT NULL,
    due_at {instant},
    ended_at {instant}
){strict};
CREATE INDEX request_person ON request (person);

CREATE TABLE access_leaf (
    id {serial},
    at {instant} NOT NULL,
    leaf {bytes} NOT NULL,
    seq {int} UNIQUE
){strict};
CREATE INDEX access_leaf_waiting ON access_leaf (id) WHERE seq IS NULL;

CREATE TABLE access_note (
    leaf {int} PRIMARY KEY,
    person {id} NOT NULL,
    actor {id},
    role {text} NOT NULL,
    act {text} NOT NULL,
    what {text} NOT NULL,
    purpose {text} NOT NULL,
    at {instant} NOT NULL,
    salt {bytes} NOT NULL
){strict};
CREATE INDEX access_note_person ON access_note (person, at);

CREATE TABLE blob (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    kind {text} NOT NULL,
    owner {id} NOT NULL,
    size {int} NOT NULL,
    wrapped {sealed} NOT NULL,
    digest {sealed},
    created_at {instant} NOT NULL
){strict};
CREATE INDEX blob_person ON blob (person);
CREATE INDEX blob_owner ON blob (owner);

CREATE TABLE work (
    id {id} PRIMARY KEY,
    kind {text} NOT NULL,
    person {id},
    payload {text} NOT NULL,
    state {text} NOT NULL,
    created_at {instant} NOT NULL,
    run_at {instant} NOT NULL,
    lease_until {instant},
    worker {id},
    fence {int} NOT NULL DEFAULT 0,
    attempts {int} NOT NULL DEFAULT 0,
    failure {text}
){strict};
CREATE INDEX work_ready ON work (run_at, id) WHERE state = 'ready';

CREATE TABLE model (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    name {sealed} NOT NULL,
    facts {sealed},
    format {text},
    size {int} NOT NULL,
    state {text} NOT NULL,
    created_at {instant} NOT NULL
){strict};
CREATE INDEX model_person ON model (person, created_at);
