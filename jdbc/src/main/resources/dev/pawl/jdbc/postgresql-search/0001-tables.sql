-- Step 1: an index of the words of messages, made where search is switched on.
-- compatible from: 1
--
-- A commit leaves its messages in the table of changes; what is brought into the index goes from there, oldest first, by
-- one process at a time. Names are written as in the other tables.

CREATE TABLE pawl_search_changes (
  change bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  session text COLLATE "C" NOT NULL,
  chat text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  timestamp bigint NOT NULL,
  text text
);

CREATE TABLE pawl_search (
  session text COLLATE "C" NOT NULL,
  chat text COLLATE "C" NOT NULL,
  row_id text COLLATE "C" NOT NULL,
  timestamp bigint NOT NULL,
  words tsvector NOT NULL,
  PRIMARY KEY (session, chat, row_id)
);
CREATE INDEX pawl_search_words ON pawl_search USING gin (words);

-- What was there before: it has to be put once more, and this says from where on.
INSERT INTO pawl_search_changes (session, chat, row_id, timestamp) SELECT DISTINCT session, '', '', -1 FROM pawl_messages;
