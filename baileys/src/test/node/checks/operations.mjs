// The stand-in itself: an operation that another of the same name hides is never called.
import assert from 'node:assert'
import { test } from 'node:test'
import { together } from '../distinct.mjs'

test('two operations of one name are refused', () => {
  assert.throws(() => together({ send: 1, close: 2 }, { close: 3 }), /two operations are called close/)
  assert.deepEqual(together({ send: 1 }, { close: 2 }), { send: 1, close: 2 })
})
