// node --expose-gc --test-reporter=spec --test-reporter-destination=stderr bridge-check.mjs <directory of the bridge>
//
// Looks at parts of the bridge by themselves: what is too rare, takes too long or leaves no trace where a whole connection is tried.
import './checks/channel.mjs'
import './checks/copies.mjs'
import './checks/credentials.mjs'
import './checks/json.mjs'
import './checks/kept.mjs'
import './checks/libsignal.mjs'
import './checks/lock.mjs'
import './checks/memory.mjs'
import './checks/questions.mjs'
import './checks/renewals.mjs'
import './checks/sending.mjs'
import './checks/unfinished.mjs'
import './checks/unfinished-ends.mjs'
import './checks/waited.mjs'
import './checks/operations.mjs'
import './checks/watch.mjs'
