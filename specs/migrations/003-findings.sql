-- What was found out beside verdicts: of benchmarks, of similarity. Rows are never changed: together they are a history.
CREATE TABLE finding (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	key BLOB NOT NULL CHECK (length(key) = 32),
	found_s INTEGER NOT NULL,
	result TEXT NOT NULL,
	detail TEXT NOT NULL
) STRICT;

CREATE INDEX finding_of_subject ON finding (kind, subject, key, id);
