-- Step 1: an index of the words of messages, made where search is switched on.
-- compatible from: 1
--
-- A commit leaves its messages in the table of changes; what is brought into the index goes from there. "place" is the
-- second of a message times 2^24 and a number within it, so that the index finds the most recent first. Words that are
-- taken out are overwritten.

CREATE TABLE pawl_search_changes (
  change INTEGER PRIMARY KEY,
  session TEXT NOT NULL,
  chat TEXT NOT NULL,
  row_id TEXT NOT NULL,
  timestamp INTEGER NOT NULL,
  text TEXT
);

CREATE TABLE pawl_search (
  place INTEGER PRIMARY KEY,
  session TEXT NOT NULL,
  chat TEXT NOT NULL,
  row_id TEXT NOT NULL,
  words TEXT NOT NULL,
  UNIQUE (session, chat, row_id)
);

CREATE VIRTUAL TABLE pawl_search_words USING fts5 (
  words, content = 'pawl_search', content_rowid = 'place', tokenize = 'ascii', detail = none, columnsize = 0
);
INSERT INTO pawl_search_words (pawl_search_words, rank) VALUES ('secure-delete', 1);

-- What was there before: it has to be put once more, and this says from where on.
INSERT INTO pawl_search_changes (session, chat, row_id, timestamp) SELECT DISTINCT session, '', '', -1 FROM pawl_messages;
