// libsignal does what it has to do with one device one after the other, for everybody in the process, in the context of whoever came
// first. Two people who write to one device would be in each other's transactions. To be imported before anything that imports Baileys.
import { AsyncResource } from 'node:async_hooks'
import { createRequire } from 'node:module'

const fromBaileys = createRequire(createRequire(import.meta.url).resolve('baileys'))
const queue = fromBaileys.resolve('libsignal/src/queue_job.js')
const queueJob = fromBaileys(queue)
fromBaileys.cache[queue].exports = (bucket, job) => queueJob(bucket, AsyncResource.bind(job))
