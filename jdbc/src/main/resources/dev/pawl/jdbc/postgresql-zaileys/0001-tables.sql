-- Step 1: the tables of zaileys 4, as zaileys makes them, and beside them one of ours for each family that it does not keep.
-- compatible from: 1
--
-- Nothing here changes a table of zaileys; two indexes more let Pawl turn pages in its own order.

CREATE TABLE IF NOT EXISTS zaileys_auth_creds (id text PRIMARY KEY, data jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS zaileys_auth_signal (type text NOT NULL, id text NOT NULL, data bytea NOT NULL, PRIMARY KEY(type, id));
CREATE TABLE IF NOT EXISTS zaileys_messages (remote_jid text NOT NULL, id text NOT NULL, from_me boolean NOT NULL, timestamp bigint NOT NULL, data jsonb NOT NULL, PRIMARY KEY(remote_jid, id, from_me));
CREATE INDEX IF NOT EXISTS zaileys_messages_jid_ts_idx ON zaileys_messages(remote_jid, timestamp DESC);
CREATE TABLE IF NOT EXISTS zaileys_chats (jid text PRIMARY KEY, archived boolean NOT NULL DEFAULT false, data jsonb NOT NULL);
CREATE INDEX IF NOT EXISTS zaileys_chats_archived_idx ON zaileys_chats(archived) WHERE archived = true;
CREATE TABLE IF NOT EXISTS zaileys_contacts (jid text PRIMARY KEY, data jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS zaileys_presence (jid text PRIMARY KEY, data jsonb NOT NULL, updated_at timestamptz NOT NULL DEFAULT now());

CREATE INDEX pawl_extra_messages_of_chat ON zaileys_messages (
  (remote_jid COLLATE "C"),
  (greatest(0, least(9007199254740991, timestamp))),
  ((CASE WHEN from_me THEN id || '|1' WHEN starts_with(id, '|') THEN substr(id, 2) ELSE id || '|0' END) COLLATE "C")
);
CREATE INDEX pawl_extra_messages_in_order ON zaileys_messages (
  (greatest(0, least(9007199254740991, timestamp))),
  (remote_jid COLLATE "C"),
  ((CASE WHEN from_me THEN id || '|1' WHEN starts_with(id, '|') THEN substr(id, 2) ELSE id || '|0' END) COLLATE "C")
);

-- What chats of zaileys have no column for.
CREATE TABLE pawl_extra_chats (
  jid text PRIMARY KEY,
  last_activity bigint NOT NULL,
  unread boolean NOT NULL,
  pinned boolean NOT NULL
);

-- Presence in groups; and of a chat of two, when it was observed, as long as zaileys still has what was written then.
CREATE TABLE pawl_extra_presence (
  chat text NOT NULL,
  participant text NOT NULL,
  observed bigint NOT NULL,
  value jsonb NOT NULL,
  PRIMARY KEY (chat, participant)
);

-- A commit that checks a lease leaves its number here, as in Pawl's own layout.
CREATE TABLE pawl_extra_leases (
  session text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  writer uuid,
  commits bigint,
  PRIMARY KEY (session, name)
) WITH (fillfactor = 40);

CREATE TABLE pawl_extra_groups (
  session text COLLATE "C" NOT NULL,
  jid text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, jid)
);

CREATE TABLE pawl_extra_labels (
  session text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, kind, row_id)
);

CREATE TABLE pawl_extra_aliases (
  session text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  jid_user text COLLATE "C" NOT NULL,
  learnt bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, kind, jid_user)
);

CREATE INDEX pawl_extra_aliases_of_kind ON pawl_extra_aliases (session, kind, learnt, jid_user);

CREATE INDEX pawl_extra_aliases_in_order ON pawl_extra_aliases (session, learnt, kind, jid_user);

CREATE TABLE pawl_extra_jobs (
  session text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  fire_at bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, state, id)
);

CREATE INDEX pawl_extra_jobs_of_state ON pawl_extra_jobs (session, state, fire_at, id);

CREATE INDEX pawl_extra_jobs_in_order ON pawl_extra_jobs (session, fire_at, state, id);

CREATE TABLE pawl_extra_set_aside (
  session text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  arrived bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, reason, id)
);

CREATE INDEX pawl_extra_set_aside_of_reason ON pawl_extra_set_aside (session, reason, arrived, id);

CREATE INDEX pawl_extra_set_aside_in_order ON pawl_extra_set_aside (session, arrived, reason, id);

CREATE TABLE pawl_extra_expiries (
  session text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  expires bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, row_id)
);

CREATE INDEX pawl_extra_expiries_in_order ON pawl_extra_expiries (session, expires, row_id);
