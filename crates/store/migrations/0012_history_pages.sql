-- Everything that decides which entries stand on a page, so that those before it are not read.
DROP INDEX print_record_person;
CREATE INDEX print_record_person ON print_record (person, ended_at, id, collected_at);
