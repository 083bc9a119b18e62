-- Every version of the policy that was in force here, with its texts as they were then.
CREATE TABLE policy_version (
    number {int} PRIMARY KEY,
    policy {text} NOT NULL,
    since {instant} NOT NULL,
    kind {text} NOT NULL,
    reason {text} NOT NULL,
    announced {text} NOT NULL,
    waits {flag} NOT NULL,
    changes {text} NOT NULL,
    core {text} NOT NULL,
    profile {text} NOT NULL,
    notice {text} NOT NULL
){strict};

-- Which version somebody agreed to last, or came under; and up to which one they have read what changed.
ALTER TABLE person ADD COLUMN agreed {int};
ALTER TABLE person ADD COLUMN informed {int};
