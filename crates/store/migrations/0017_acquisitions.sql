-- That the house passes to somebody else, or that somebody negotiates to take it over: recorded by one person, announced, and then
-- released or dropped by another.
CREATE TABLE acquisition (
    id {id} PRIMARY KEY,
    kind {text} NOT NULL,
    acquirer {text} NOT NULL,
    address {text} NOT NULL,
    says {text} NOT NULL,
    ends_on {text},
    entered_at {instant} NOT NULL,
    entered_by {id},
    entered_role {text} NOT NULL,
    announced_at {instant},
    settled {text},
    settled_at {instant},
    settled_by {id},
    settled_role {text},
    taken {int},
    left_out {int}
){strict};
