-- Passkeys: keys in people's own devices that prove who they are. And what a proof that was begun must answer.
CREATE TABLE passkey (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    credential {bytes} NOT NULL UNIQUE,
    public {sealed} NOT NULL,
    name {sealed} NOT NULL,
    created_at {instant} NOT NULL,
    used_at {instant}
){strict};
CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE ceremony (
    id {id} PRIMARY KEY,
    state {text} NOT NULL,
    ends_at {instant} NOT NULL
){strict};
