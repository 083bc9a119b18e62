-- Since when something reads otherwise than it was handed over under a demand of which its person may not know yet.
ALTER TABLE demand ADD COLUMN corrected_at {instant};
