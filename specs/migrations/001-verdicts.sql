-- What judges found, a row for each time that a candidate was judged; specs/formats.md has the words.
-- The newest row is the one with the highest id.
CREATE TABLE verdict (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	commit_id TEXT NOT NULL,
	key BLOB NOT NULL CHECK (length(key) = 32),
	judged_s INTEGER NOT NULL,
	verdict TEXT NOT NULL CHECK (verdict IN ('pass', 'fail', 'inconclusive')),
	visible_passed INTEGER NOT NULL CHECK (visible_passed >= 0),
	visible_failed INTEGER NOT NULL CHECK (visible_failed >= 0),
	sealed_passed INTEGER NOT NULL CHECK (sealed_passed >= 0),
	sealed_failed INTEGER NOT NULL CHECK (sealed_failed >= 0),
	divergences INTEGER NOT NULL CHECK (divergences >= 0),
	fuel INTEGER NOT NULL CHECK (fuel >= 0),
	result TEXT NOT NULL
) STRICT;

CREATE INDEX verdict_of_commit ON verdict (commit_id, key, id);
