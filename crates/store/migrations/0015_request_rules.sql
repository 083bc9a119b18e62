-- By which version of the policy, which laws and which promises a request was taken in.
ALTER TABLE request ADD COLUMN rules {text};
