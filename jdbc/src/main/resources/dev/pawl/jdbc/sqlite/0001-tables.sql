-- Step 1: a table for each family of records.
-- compatible from: 1
--
-- Every value is the record itself, as JSON text. The other columns say where it stands; what is derived is generated.

CREATE TABLE pawl_credentials (
  session TEXT NOT NULL,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, id)
);

CREATE TABLE pawl_keys (
  session TEXT NOT NULL,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, type, id)
);

CREATE TABLE pawl_leases (
  session TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, name)
);

CREATE TABLE pawl_messages (
  session TEXT NOT NULL,
  chat TEXT NOT NULL,
  row_id TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  value TEXT NOT NULL,
  message_id TEXT GENERATED ALWAYS AS (substr(row_id, 1, instr(row_id, '|') - 1)) VIRTUAL,
  from_me INTEGER GENERATED ALWAYS AS (substr(row_id, instr(row_id, '|') + 1, 1) = '1') VIRTUAL,
  author TEXT GENERATED ALWAYS AS (nullif(substr(row_id, instr(row_id, '|') + 3), '')) VIRTUAL,
  UNIQUE (session, chat, row_id)
);
CREATE INDEX pawl_messages_of_chat ON pawl_messages (session, chat, timestamp, row_id);
CREATE INDEX pawl_messages_in_order ON pawl_messages (session, timestamp, chat, row_id);

CREATE TABLE pawl_chats (
  session TEXT NOT NULL,
  jid TEXT NOT NULL,
  last_activity INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  unread INTEGER NOT NULL,
  pinned INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, jid)
);
CREATE INDEX pawl_chats_in_order ON pawl_chats (session, last_activity, jid);

CREATE TABLE pawl_contacts (
  session TEXT NOT NULL,
  jid TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, jid)
);

CREATE TABLE pawl_groups (
  session TEXT NOT NULL,
  jid TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, jid)
);

CREATE TABLE pawl_presence (
  session TEXT NOT NULL,
  chat TEXT NOT NULL,
  participant TEXT NOT NULL,
  observed INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, chat, participant)
);
CREATE INDEX pawl_presence_of_chat ON pawl_presence (session, chat, observed, participant);
CREATE INDEX pawl_presence_in_order ON pawl_presence (session, observed, chat, participant);

CREATE TABLE pawl_labels (
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  row_id TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, kind, row_id)
);

CREATE TABLE pawl_aliases (
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  user TEXT NOT NULL,
  learnt INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, kind, user)
);
CREATE INDEX pawl_aliases_of_kind ON pawl_aliases (session, kind, learnt, user);
CREATE INDEX pawl_aliases_in_order ON pawl_aliases (session, learnt, kind, user);

CREATE TABLE pawl_jobs (
  session TEXT NOT NULL,
  state TEXT NOT NULL,
  id TEXT NOT NULL,
  fire_at INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, state, id)
);
CREATE INDEX pawl_jobs_of_state ON pawl_jobs (session, state, fire_at, id);
CREATE INDEX pawl_jobs_in_order ON pawl_jobs (session, fire_at, state, id);

CREATE TABLE pawl_set_aside (
  session TEXT NOT NULL,
  reason TEXT NOT NULL,
  id TEXT NOT NULL,
  arrived INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, reason, id)
);
CREATE INDEX pawl_set_aside_of_reason ON pawl_set_aside (session, reason, arrived, id);
CREATE INDEX pawl_set_aside_in_order ON pawl_set_aside (session, arrived, reason, id);

CREATE TABLE pawl_expiries (
  session TEXT NOT NULL,
  row_id TEXT NOT NULL,
  expires INTEGER NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (session, row_id)
);
CREATE INDEX pawl_expiries_in_order ON pawl_expiries (session, expires, row_id);
