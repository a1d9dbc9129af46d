-- Runs of `recast generate`: one for each time that a job was begun.
CREATE TABLE run (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	job BLOB NOT NULL CHECK (length(job) = 32),
	state TEXT NOT NULL CHECK (state IN ('open', 'stopped', 'done')),
	settings TEXT NOT NULL,
	reason TEXT NOT NULL,
	begun_s INTEGER NOT NULL,
	ended_s INTEGER NOT NULL,
	result TEXT NOT NULL
) STRICT;

CREATE INDEX run_of_job ON run (job, id);

-- Tries at a unit or at the whole, each of which is a commit in candidates.git.
CREATE TABLE attempt (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	run INTEGER NOT NULL,
	key TEXT NOT NULL,
	unit TEXT NOT NULL,
	slot INTEGER NOT NULL CHECK (slot >= 0),
	sample INTEGER NOT NULL CHECK (sample >= 0),
	round INTEGER NOT NULL CHECK (round >= 0),
	commit_id TEXT NOT NULL,
	exchange INTEGER NOT NULL CHECK (exchange >= 0),
	outcome TEXT NOT NULL,
	result TEXT NOT NULL,
	UNIQUE (run, key)
) STRICT;

-- What was asked and answered. Rows that have ended have a place in the chain and a head; none is ever changed then,
-- and none is removed.
CREATE TABLE exchange (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	run INTEGER NOT NULL,
	key TEXT NOT NULL,
	provider TEXT NOT NULL,
	kind TEXT NOT NULL,
	model TEXT NOT NULL,
	prompt BLOB NOT NULL CHECK (length(prompt) = 32),
	prompt_file BLOB NOT NULL CHECK (length(prompt_file) = 32),
	sent BLOB NOT NULL CHECK (length(sent) = 32),
	received BLOB CHECK (length(received) = 32),
	state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'declined', 'broken', 'failed')),
	provenance TEXT NOT NULL CHECK (provenance IN ('none', 'unattested', 'recorded')),
	status INTEGER NOT NULL CHECK (status >= 0),
	stop TEXT NOT NULL,
	request_id TEXT NOT NULL,
	usage_known INTEGER NOT NULL CHECK (usage_known IN (0, 1)),
	fresh INTEGER NOT NULL CHECK (fresh >= 0),
	cache_read INTEGER NOT NULL CHECK (cache_read >= 0),
	cache_write INTEGER NOT NULL CHECK (cache_write >= 0),
	output INTEGER NOT NULL CHECK (output >= 0),
	reasoning INTEGER NOT NULL CHECK (reasoning >= 0),
	cost INTEGER NOT NULL CHECK (cost >= 0),
	cost_known INTEGER NOT NULL CHECK (cost_known IN (0, 1)),
	cost_at_most INTEGER NOT NULL CHECK (cost_at_most IN (0, 1)),
	recited INTEGER NOT NULL CHECK (recited >= 0),
	first_ms INTEGER NOT NULL CHECK (first_ms >= 0),
	wall_ms INTEGER NOT NULL CHECK (wall_ms >= 0),
	asked_s INTEGER NOT NULL,
	place INTEGER UNIQUE CHECK (place > 0),
	head BLOB CHECK (length(head) = 32),
	CHECK ((state = 'open') = (place IS NULL) AND (place IS NULL) = (head IS NULL) AND
		(place IS NULL) = (received IS NULL))
) STRICT;

CREATE INDEX exchange_of_run ON exchange (run, key, prompt, id);
