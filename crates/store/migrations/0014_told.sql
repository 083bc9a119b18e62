-- Until when somebody has read what was handed over.
ALTER TABLE person ADD COLUMN handed_read_at {instant};

-- Letters went out before there was a ledger: since then it cannot be said that nothing was handed to anybody.
INSERT INTO house (name, value)
    SELECT 'disclosed-at', CAST(MAX(e.at) AS TEXT) FROM request_event e JOIN request r ON r.id = e.request
    WHERE e.letter = 'sent' AND r.came <> 'page' HAVING MAX(e.at) IS NOT NULL
    ON CONFLICT (name) DO NOTHING;
