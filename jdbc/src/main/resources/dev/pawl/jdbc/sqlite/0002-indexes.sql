-- Step 2: one index less, because it cost every message a page of the log.
-- compatible from: 1
--
-- Messages of all chats in one order are merged from the orders of the chats.

DROP INDEX IF EXISTS pawl_messages_in_order;
