-- An erasure's receipt as it was true then; empty for erasures before this.
ALTER TABLE erasure ADD COLUMN final_at {instant};
ALTER TABLE erasure ADD COLUMN policy {text};
