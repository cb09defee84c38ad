// Real zaileys on a Convex deployment, through the real ConvexHttpClient: requests as in stores.mjs, with "url", "namespace" and "packages", the
// node_modules that have the client. Beside those: {"op": "job", "job"} and {"op": "jobs"}; {"op": "raw", "kind", "function", "args"} calls past zaileys;
// {"op": "live", "messages", "creds"} does what that many messages do to a session, of which every tenth uses up a pre-key and saves the credentials.

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
    live: async (request, { auth }) => {
      for (let n = 0; n < request.messages; n++) {
        const last = n % 10 === 9
        await auth.signal.write({ session: { [`628${n % 7}.0`]: { n } }, ...(last && { 'pre-key': { [n]: null } }) })
        if (last) await auth.creds.writeCreds({ ...request.creds, nextPreKeyId: n })
      }
    },
    raw: (request, { client }) => client[request.kind](request.function, request.args)
  }
)
