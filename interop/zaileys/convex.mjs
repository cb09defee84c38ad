// Real zaileys on a Convex deployment, through the real ConvexHttpClient: requests as in stores.mjs, with "url", "namespace" and "packages", the
// node_modules that have the client. Beside those: {"op": "job", "job"} and {"op": "jobs"}; {"op": "raw", "kind", "function", "args"} calls past zaileys.

import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConvexAuthStore, ConvexMessageStore } from 'zaileys'
import { answer } from './stores.mjs'

await answer(
  async ({ url, namespace, packages }) => {
    const { ConvexHttpClient } = await import(pathToFileURL(path.join(packages, 'convex/dist/esm/browser/index-node.js')).href)
    const client = new ConvexHttpClient(url, { logger: false, skipConvexDeploymentUrlCheck: true })
    return { auth: new ConvexAuthStore({ client, namespace }), history: new ConvexMessageStore({ client, namespace }), client }
  },
  {
    job: (request, { history }) => history.saveScheduledJob(request.job),
    jobs: (request, { history }) => history.listScheduledJobs(),
    raw: (request, { client }) => client[request.kind](request.function, request.args)
  }
)
