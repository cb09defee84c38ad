// Real zaileys on a database: requests as in stores.mjs, with "url" of a PostgreSQL database, or "file" of a SQLite one.

import { PostgresAuthStore, PostgresMessageStore, SqliteAuthStore, SqliteMessageStore } from 'zaileys'
import { answer } from './stores.mjs'

await answer(({ url, file }) =>
  url
    ? {
        auth: new PostgresAuthStore({ connectionString: url }),
        history: new PostgresMessageStore({ connectionString: url })
      }
    : { auth: new SqliteAuthStore({ database: file }), history: new SqliteMessageStore({ database: file }) }
)
