-- What people said to versions of the policy is a contract and no consent: it leaves the ledger of consents.
CREATE TABLE agreement (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    status {text} NOT NULL,
    at {instant} NOT NULL,
    policy {text} NOT NULL,
    wording {text} NOT NULL,
    language {text} NOT NULL,
    control {text} NOT NULL
){strict};
CREATE INDEX agreement_person ON agreement (person, at);
INSERT INTO agreement (id, person, status, at, policy, wording, language, control)
    SELECT id, person, status, at, policy, wording, language, control FROM consent WHERE purpose = 'policy';
DELETE FROM consent WHERE purpose = 'policy';
