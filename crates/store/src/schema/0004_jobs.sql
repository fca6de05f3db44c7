-- What jobs work on and what comes of it. The jobs themselves are objects.
CREATE TABLE job_item (
  job TEXT NOT NULL,
  -- 0 is what was asked for. The items are counted from 1, in the order in which they are worked on.
  place INTEGER NOT NULL,
  type TEXT NOT NULL,
  id TEXT,
  name TEXT NOT NULL,
  doc TEXT NOT NULL,
  secrets TEXT,
  -- What became of it. It counts once the job says that it has got so far.
  target TEXT,
  failed INTEGER NOT NULL DEFAULT 0,
  report TEXT,
  PRIMARY KEY (job, place)
);

CREATE INDEX job_item_by_id ON job_item (job, type, id);

CREATE INDEX job_item_by_name ON job_item (job, type, name, id);

-- A job's uid begins with its time, so this is in the order of age.
CREATE INDEX job_item_request ON job_item (job) WHERE place = 0;

CREATE INDEX object_open_job ON object (uid) WHERE kind = 'job' AND doc ->> 'completed' IS NULL;

-- How many requests a client has made in the period that ends then.
CREATE TABLE rate (
  client TEXT PRIMARY KEY,
  ends_at INTEGER NOT NULL,
  requests INTEGER NOT NULL
) WITHOUT ROWID;
