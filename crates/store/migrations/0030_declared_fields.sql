-- What people are asked for beyond name and address where the policy declares it.
ALTER TABLE person ADD COLUMN extra {sealed};
