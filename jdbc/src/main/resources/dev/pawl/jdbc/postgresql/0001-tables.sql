-- Step 1: a table for each family of records, and a view of each for people.
-- compatible from: 1
--
-- A value is the record itself, as JSON text: in "value", byte for byte, or in "raw" when it is no JSON; those of keys are bytes.
-- Values of a few kB change all the time and stay in their rows: moved out of them and compressed they take longer to write.
-- Names sort by their bytes. No text here can hold U+0000, so that stands in a name as U+0001 U+0001, and U+0001 as U+0001 U+0002.

CREATE TABLE pawl_credentials (
  session text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, id)
) WITH (fillfactor = 70, toast_tuple_target = 8160);

CREATE TABLE pawl_keys (
  session text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  PRIMARY KEY (session, type, id)
) WITH (fillfactor = 70, toast_tuple_target = 8160);

-- A commit that checks a lease leaves its number here: whoever lost the answer reads it, under a lock of the row. It is
-- negative once the value was replaced.
CREATE TABLE pawl_leases (
  session text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  writer uuid,
  commits bigint,
  PRIMARY KEY (session, name)
) WITH (fillfactor = 40);

CREATE TABLE pawl_messages (
  session text COLLATE "C" NOT NULL,
  chat text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  timestamp bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, chat, row_id)
);
CREATE INDEX pawl_messages_of_chat ON pawl_messages (session, chat, timestamp, row_id);
CREATE INDEX pawl_messages_in_order ON pawl_messages (session, timestamp, chat, row_id);

CREATE TABLE pawl_chats (
  session text COLLATE "C" NOT NULL,
  jid text COLLATE "C" NOT NULL,
  last_activity bigint NOT NULL,
  archived boolean NOT NULL,
  unread boolean NOT NULL,
  pinned boolean NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, jid)
);
CREATE INDEX pawl_chats_in_order ON pawl_chats (session, last_activity, jid);

CREATE TABLE pawl_contacts (
  session text COLLATE "C" NOT NULL,
  jid text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, jid)
);

CREATE TABLE pawl_groups (
  session text COLLATE "C" NOT NULL,
  jid text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, jid)
);

CREATE TABLE pawl_presence (
  session text COLLATE "C" NOT NULL,
  chat text COLLATE "C" NOT NULL,
  participant text COLLATE "C" NOT NULL,
  observed bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, chat, participant)
);
CREATE INDEX pawl_presence_of_chat ON pawl_presence (session, chat, observed, participant);
CREATE INDEX pawl_presence_in_order ON pawl_presence (session, observed, chat, participant);

CREATE TABLE pawl_labels (
  session text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, kind, row_id)
);

CREATE TABLE pawl_aliases (
  session text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  jid_user text COLLATE "C" NOT NULL,
  learnt bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, kind, jid_user)
);
CREATE INDEX pawl_aliases_of_kind ON pawl_aliases (session, kind, learnt, jid_user);
CREATE INDEX pawl_aliases_in_order ON pawl_aliases (session, learnt, kind, jid_user);

CREATE TABLE pawl_jobs (
  session text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  fire_at bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, state, id)
);
CREATE INDEX pawl_jobs_of_state ON pawl_jobs (session, state, fire_at, id);
CREATE INDEX pawl_jobs_in_order ON pawl_jobs (session, fire_at, state, id);

CREATE TABLE pawl_set_aside (
  session text COLLATE "C" NOT NULL,
  reason text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  arrived bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, reason, id)
);
CREATE INDEX pawl_set_aside_of_reason ON pawl_set_aside (session, reason, arrived, id);
CREATE INDEX pawl_set_aside_in_order ON pawl_set_aside (session, arrived, reason, id);

CREATE TABLE pawl_expiries (
  session text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  expires bigint NOT NULL,
  value json,
  raw bytea,
  CHECK ((value IS NULL) <> (raw IS NULL)),
  PRIMARY KEY (session, row_id)
);
CREATE INDEX pawl_expiries_in_order ON pawl_expiries (session, expires, row_id);

-- What ->> and every other JSON function stops at, though it is JSON, becomes U+FFFD: \u0000 and halves of surrogate pairs.
-- An escaped backslash goes first, as \u005c, so that what follows one is not taken for an escape.
CREATE FUNCTION pawl_readable(value json) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN value::text !~ '\\u(0000|[dD][89a-fA-F])' THEN value
    ELSE regexp_replace(regexp_replace(regexp_replace(regexp_replace(value::text,
      '\\\\', '\\u005c', 'g'),
      '\\u0000', '\\ufffd', 'g'),
      '\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})', '\\ufffd', 'g'),
      '(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}', '\\ufffd', 'g')::json
  END
$$;

-- What is no JSON is nothing. It calls no other function of ours, which would be looked for in the search path of whoever asks.
CREATE FUNCTION pawl_json(value bytea) RETURNS json LANGUAGE plpgsql IMMUTABLE AS $$
  BEGIN RETURN convert_from(value, 'UTF8')::json; EXCEPTION WHEN OTHERS THEN RETURN NULL; END
$$;

CREATE VIEW pawl_credentials_view AS SELECT session, id, pawl_readable(value) AS value FROM pawl_credentials;
CREATE VIEW pawl_keys_view AS SELECT session, type, id, pawl_readable(pawl_json(value)) AS value, octet_length(value) AS bytes
  FROM pawl_keys;
CREATE VIEW pawl_leases_view AS SELECT session, name, pawl_readable(value) AS value FROM pawl_leases;
CREATE VIEW pawl_messages_view AS SELECT session, chat, row_id, split_part(row_id, '|', 1) AS message_id,
    split_part(row_id, '|', 2) = '1' AS from_me, nullif(substr(row_id, length(split_part(row_id, '|', 1)) + 4), '') AS author,
    to_timestamp(least(timestamp, 99999999999)) AS sent, timestamp, pawl_readable(value) AS value
  FROM pawl_messages;
CREATE VIEW pawl_chats_view AS SELECT session, jid, to_timestamp(least(last_activity, 99999999999)) AS active, last_activity, archived, unread,
    pinned, pawl_readable(value) AS value
  FROM pawl_chats;
CREATE VIEW pawl_contacts_view AS SELECT session, jid, pawl_readable(value) AS value FROM pawl_contacts;
CREATE VIEW pawl_groups_view AS SELECT session, jid, pawl_readable(value) AS value FROM pawl_groups;
CREATE VIEW pawl_presence_view AS SELECT session, chat, participant, to_timestamp(least(observed, 99999999999)) AS seen, observed,
    pawl_readable(value) AS value
  FROM pawl_presence;
CREATE VIEW pawl_labels_view AS SELECT session, kind, row_id, pawl_readable(value) AS value FROM pawl_labels;
CREATE VIEW pawl_aliases_view AS SELECT session, kind, jid_user, to_timestamp(least(learnt, 99999999999)) AS since, learnt,
    pawl_readable(value) AS value
  FROM pawl_aliases;
CREATE VIEW pawl_jobs_view AS SELECT session, state, id, to_timestamp(least(fire_at, 99999999999999) / 1000.0) AS fires, fire_at,
    pawl_readable(value) AS value
  FROM pawl_jobs;
CREATE VIEW pawl_set_aside_view AS SELECT session, reason, id, to_timestamp(least(arrived, 99999999999)) AS since, arrived,
    pawl_readable(value) AS value
  FROM pawl_set_aside;
CREATE VIEW pawl_expiries_view AS SELECT session, row_id, to_timestamp(least(expires, 99999999999)) AS gone, expires FROM pawl_expiries;
