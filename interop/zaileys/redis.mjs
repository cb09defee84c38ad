// Real zaileys on a Redis server: requests as in stores.mjs, with "url" and "namespace".

import { RedisAuthStore, RedisMessageStore } from 'zaileys'
import { answer } from './stores.mjs'

await answer(({ url, namespace }) => ({
  auth: new RedisAuthStore({ url, namespace }),
  history: new RedisMessageStore({ url, namespace })
}))
