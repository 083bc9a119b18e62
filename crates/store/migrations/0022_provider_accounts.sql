-- Accounts elsewhere by which people sign in: a digest of what the provider calls them.
CREATE TABLE provider_account (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    subject {bytes} NOT NULL UNIQUE,
    provider {sealed} NOT NULL,
    created_at {instant} NOT NULL,
    used_at {instant}
){strict};
CREATE INDEX provider_account_person ON provider_account (person);

-- Whoever was vouched for elsewhere has proved nothing here yet: a session may be without a proof from now on.
CREATE TABLE session_without_proof (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    token {bytes} NOT NULL UNIQUE,
    created_at {instant} NOT NULL,
    seen_at {instant} NOT NULL,
    ends_at {instant} NOT NULL,
    proven_at {instant},
    shared {flag} NOT NULL,
    agent {sealed},
    address {sealed}
){strict};
INSERT INTO session_without_proof (id, person, token, created_at, seen_at, ends_at, proven_at, shared, agent, address)
    SELECT id, person, token, created_at, seen_at, ends_at, proven_at, shared, agent, address FROM session;
DROP TABLE session;
ALTER TABLE session_without_proof RENAME TO session;
CREATE INDEX session_person ON session (person);
