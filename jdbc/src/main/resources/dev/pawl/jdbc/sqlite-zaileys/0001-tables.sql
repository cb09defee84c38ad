-- Step 1: the tables of zaileys 4, as zaileys makes them, and beside them one of ours for each family that it does not keep.
-- compatible from: 1
--
-- Nothing here changes a table of zaileys; two indexes more let Pawl turn pages in its own order.

CREATE TABLE IF NOT EXISTS auth_creds (id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS auth_signal (type TEXT NOT NULL, id TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY(type, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (
  remote_jid TEXT NOT NULL,
  id TEXT NOT NULL,
  from_me INTEGER NOT NULL,
  timestamp INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY(remote_jid, id, from_me)
);
CREATE INDEX IF NOT EXISTS messages_by_jid_ts ON messages(remote_jid, timestamp DESC);
CREATE TABLE IF NOT EXISTS chats (jid TEXT PRIMARY KEY, archived INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contacts (jid TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS presence (jid TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;

CREATE INDEX pawl_extra_messages_of_chat ON messages (
  remote_jid,
  max(0, min(9007199254740991, CAST(timestamp AS INTEGER))),
  CASE WHEN from_me THEN id || '|1' WHEN substr(CAST(id AS BLOB), 1, 1) = x'7c' THEN CAST(substr(CAST(id AS BLOB), 2) AS TEXT) ELSE id || '|0' END
);
CREATE INDEX pawl_extra_messages_in_order ON messages (
  max(0, min(9007199254740991, CAST(timestamp AS INTEGER))),
  remote_jid,
  CASE WHEN from_me THEN id || '|1' WHEN substr(CAST(id AS BLOB), 1, 1) = x'7c' THEN CAST(substr(CAST(id AS BLOB), 2) AS TEXT) ELSE id || '|0' END
);

-- What chats of zaileys have no column for.
CREATE TABLE pawl_extra_chats (
  jid TEXT PRIMARY KEY,
  last_activity INTEGER NOT NULL,
  unread INTEGER NOT NULL,
  pinned INTEGER NOT NULL
) WITHOUT ROWID;

-- Presence in groups; and of a chat of two, when it was observed, as long as zaileys still has what was written then.
CREATE TABLE pawl_extra_presence (
  chat TEXT NOT NULL,
  participant TEXT NOT NULL,
  observed INTEGER NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (chat, participant)
) WITHOUT ROWID;

CREATE TABLE pawl_extra_leases (
  session TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, name)
);

CREATE TABLE pawl_extra_groups (
  session TEXT NOT NULL,
  jid TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, jid)
);

CREATE TABLE pawl_extra_labels (
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  row_id TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, kind, row_id)
);

CREATE TABLE pawl_extra_aliases (
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  user TEXT NOT NULL,
  learnt INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, kind, user)
);

CREATE INDEX pawl_extra_aliases_of_kind ON pawl_extra_aliases (session, kind, learnt, user);

CREATE INDEX pawl_extra_aliases_in_order ON pawl_extra_aliases (session, learnt, kind, user);

CREATE TABLE pawl_extra_jobs (
  session TEXT NOT NULL,
  state TEXT NOT NULL,
  id TEXT NOT NULL,
  fire_at INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, state, id)
);

CREATE INDEX pawl_extra_jobs_of_state ON pawl_extra_jobs (session, state, fire_at, id);

CREATE INDEX pawl_extra_jobs_in_order ON pawl_extra_jobs (session, fire_at, state, id);

CREATE TABLE pawl_extra_set_aside (
  session TEXT NOT NULL,
  reason TEXT NOT NULL,
  id TEXT NOT NULL,
  arrived INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, reason, id)
);

CREATE INDEX pawl_extra_set_aside_of_reason ON pawl_extra_set_aside (session, reason, arrived, id);

CREATE INDEX pawl_extra_set_aside_in_order ON pawl_extra_set_aside (session, arrived, reason, id);

CREATE TABLE pawl_extra_expiries (
  session TEXT NOT NULL,
  row_id TEXT NOT NULL,
  expires INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, row_id)
);

CREATE INDEX pawl_extra_expiries_in_order ON pawl_extra_expiries (session, expires, row_id);
