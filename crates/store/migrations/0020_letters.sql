-- Letters that the house writes by itself: of a sale, of a breach. Their words stand where they come from, and not here.
CREATE TABLE letter (
    id {id} PRIMARY KEY,
    person {id} NOT NULL,
    tells {text} NOT NULL,
    about {id} NOT NULL,
    at {instant} NOT NULL,
    stands {text} NOT NULL
){strict};
CREATE INDEX letter_about ON letter (about);
