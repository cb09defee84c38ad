// Deployments of Convex for tests, behind Convex's own HTTP. Prints "LISTENING <port>" and ends when its standard input does.
//   PUT    /d/<name>            {"functions": "pawl" | "zaileys" | "both" | "limits", "environment": {…}, "identities": {token: identity}, "development": true}   a new, empty one
//                               "pawl without asking in <function>": ours, of which that one forgot to ask who calls
//   DELETE /d/<name>
//   GET    /d/<name>/functions  the functions that it has, as "query pawl:get"
//   POST   /d/<name>/faults     [{"path", "skip", "times", "what": "drop" | "status" | "late" | "conflict" | "hang" | "first", "after", "status", "headers", "text", "call"}]
//   POST   /d/<name>/deliver    runs what was late, and says how each ended
//   POST   /d/<name>/damage     {"namespace", "key"}    a row whose value is in parts that are gone
//   POST   /d/<name>/forget     forgets the lanes of all clients
//   POST   /d/<name>/insert     [document of the table of rows]
//   GET    /d/<name>/rows       the documents of the table of rows, as texts, in order
//   GET    /d/<name>/documents  how many are in the table of rows
//   GET    /d/<name>/calls      what was called since this was asked last, as query or mutation, and what each call read and wrote
//   POST   /d/<name>/api/query, /d/<name>/api/mutation      as Convex
// A fault meets so many calls of a function, or of any. "drop" breaks the connection and "status" answers that, before the function runs or after it; "late"
// breaks the connection and keeps the call for later; "conflict" has the mutation run again so many times; "hang" never answers; "first" runs another
// call, {"kind", "path", "args"}, before this one. An answer with a "text" has that for its body, as a proxy or a broken connection leaves one.

import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Deployment } from "./deployment.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = fs.mkdtempSync(path.join(here, "node_modules", ".functions-"));
process.on("exit", () => fs.rmSync(out, { recursive: true, force: true }));

const folders = { pawl: path.join(here, "..", "convex"), zaileys: path.join(here, "zaileys"), limits: path.join(here, "limits") };

// With something done to the source of one file, where that is wanted.
const compile = async (name, folder, file, edit) => {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(".ts"));
  const outdir = path.join(out, name);
  const edited = {
    name: "edited",
    setup: ({ onLoad }) => onLoad({ filter: /\.ts$/ }, (args) => ({ contents: apply(args.path, fs.readFileSync(args.path, "utf8")), loader: "ts" })),
  };
  const apply = (from, text) => (edit !== undefined && path.basename(from) === file ? edit(text) : text);
  await build({
    entryPoints: files.map((file) => path.join(folder, file)),
    outdir,
    bundle: true,
    packages: "external",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
    plugins: [edited],
  });
  const modules = {};
  for (const file of files) modules[file] = await import(pathToFileURL(path.join(outdir, file.replace(/\.ts$/, ".mjs"))).href);
  const { "schema.ts": schema, ...functions } = modules;
  return { schema: schema.default, functions };
};

const pawl = await compile("pawl", folders.pawl);
const zaileys = await compile("zaileys", folders.zaileys);
const sets = {
  pawl: { schema: pawl.schema, modules: pawl.functions },
  zaileys: { schema: zaileys.schema, modules: zaileys.functions },
  both: { schema: pawl.schema, modules: { ...pawl.functions, ...zaileys.functions } },
};

// Those that few tests want: functions for the limits, and a function of ours that forgot to ask who calls.
const rare = async (set) => {
  if (set === "limits") {
    const { schema, functions } = await compile("limits", folders.limits);
    return { schema, modules: functions };
  }
  const name = set.replace(/^pawl without asking in /, "");
  const { schema, functions } = await compile(`forgetful-${name}`, folders.pawl, "pawl.ts", (source) => {
    const from = source.indexOf(`export const ${name} = `);
    const asks = "await admit(ctx, args.secret);";
    const at = source.indexOf(asks, from);
    if (from < 0 || at < 0) throw new Error(`no ${asks} in ${name}`);
    return source.slice(0, at) + source.slice(at + asks.length);
  });
  return { schema, modules: functions };
};

const deployments = new Map();
let tail = Promise.resolve();
const inTurn = (action) => (tail = tail.then(action, action));

const text = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

// Half a surrogate pair, which only an escape can say, is no text for Convex.
const isText = (value) => {
  if (typeof value === "string") return value.isWellFormed();
  return value === null || typeof value !== "object" || Object.entries(value).every(([name, each]) => name.isWellFormed() && isText(each));
};

const called = async (deployment, kind, request, socket, headers) => {
  let body;
  try {
    body = JSON.parse(request);
  } catch (error) {
    return { status: 400, body: { code: "BadJsonBody", message: `Failed to parse the request body as JSON: ${error.message}` } };
  }
  if (typeof body.path !== "string") return { status: 400, body: { code: "BadJsonBody", message: "missing field `path`" } };
  if (body.format !== "convex_encoded_json" && body.format !== "json") return { status: 400, body: { code: "BadFormat", message: "unknown format" } };
  if (/\\ud[89a-f]/i.test(request) && !isText(body)) return { status: 400, body: { code: "BadJsonBody", message: "lone surrogate" } };
  const token = headers.authorization?.replace(/^Bearer /, "");
  const identity = token === undefined ? undefined : deployment.identities[token];
  if (token !== undefined && identity === undefined) return { status: 401, body: { code: "InvalidAuthHeader", message: "Could not parse as a JWT" } };
  const args = Array.isArray(body.args) ? (body.args[0] ?? {}) : (body.args ?? {});
  const fault = deployment.fault(body.path);
  if (fault?.what === "hang") return undefined;
  if (fault?.what === "conflict") deployment.database.conflicts = fault.count ?? 1;
  if (fault?.what === "late") {
    deployment.late.push(() => deployment.run(kind, body.path, args, identity));
    socket.destroy();
    return undefined;
  }
  const run = () => inTurn(() => deployment.run(kind, body.path, args, identity));
  if (fault?.what === "drop") {
    if (fault.after) await run();
    socket.destroy();
    return undefined;
  }
  if (fault?.what === "status") {
    if (fault.after) await run();
    return { status: fault.status, headers: fault.headers, body: { code: "Injected", message: "a fault" }, text: fault.text };
  }
  if (fault?.what === "first") await inTurn(() => deployment.run(fault.call.kind, fault.call.path, fault.call.args));
  const answer = await run();
  deployment.database.conflicts = 0;
  return answer;
};

const control = {
  "PUT ": async (name, request) => {
    const { functions, ...rest } = JSON.parse(request);
    const set = sets[functions] ?? (await rare(functions));
    // The classes in it are captured while it is made.
    await inTurn(() => deployments.set(name, new Deployment({ ...set, ...rest })));
  },
  "DELETE ": async (name) => void deployments.delete(name),
  "POST faults": async (name, request) => void (deployments.get(name).faults = JSON.parse(request)),
  "POST deliver": async (name) => {
    const { late } = deployments.get(name);
    const answers = [];
    for (const run of late.splice(0)) answers.push((await inTurn(run)).body);
    return answers;
  },
  "POST damage": async (name, request) => {
    const { namespace, key } = JSON.parse(request);
    await inTurn(() => deployments.get(name).test.run(async (ctx) => {
      const row = await ctx.db.query("zaileys_kv").withIndex("by_ns_key", (q) => q.eq("namespace", namespace).eq("key", key)).unique();
      await ctx.db.patch(row._id, { value: "", parts: 2, stamp: "gone", size: 100_000 });
    }));
  },
  "POST insert": async (name, request) =>
    void (await inTurn(() => deployments.get(name).test.run(async (ctx) => {
      for (const row of JSON.parse(request)) await ctx.db.insert("zaileys_kv", row);
    }))),
  "POST forget": async (name) =>
    void (await inTurn(() => deployments.get(name).test.run(async (ctx) => {
      for (const lane of await ctx.db.query("pawl_lanes").collect()) await ctx.db.delete(lane._id);
    }))),
  "GET rows": async (name) => {
    const rows = Object.values(deployments.get(name).database._documents).filter(({ _id }) => _id.endsWith("zaileys_kv"));
    return rows.map((row) => JSON.stringify(row, ["namespace", "key", "value", "sortKey", "family", "partition", "id", "parts", "stamp", "size"])).sort();
  },
  "GET functions": async (name) => {
    const kind = ({ isQuery, isMutation, isAction }) => (isQuery && "query") || (isMutation && "mutation") || (isAction && "action");
    return Object.entries(deployments.get(name).modules).flatMap(([file, module]) =>
      Object.entries(module).flatMap(([name, found]) => (kind(found) ? [`${kind(found)} ${file.replace(/\.ts$/, "")}:${name}`] : [])),
    );
  },
  "GET documents": async (name) => Object.keys(deployments.get(name).database._documents).filter((id) => id.endsWith("zaileys_kv")).length,
  "GET calls": async (name) => deployments.get(name).calls.splice(0),
};

const answer = async (request) => {
  const [, name, rest = ""] = request.url.match(/^\/d\/([^/]+)(?:\/(.*))?$/) ?? [];
  const body = await text(request);
  const action = control[`${request.method} ${rest}`];
  if (action !== undefined) return { status: 200, body: (await action(name, body)) ?? {} };
  const kind = { "api/query": "query", "api/mutation": "mutation" }[rest];
  const deployment = deployments.get(name);
  if (kind === undefined || request.method !== "POST" || deployment === undefined) return { status: 404, body: { code: "NotFound", message: "no such route" } };
  return await called(deployment, kind, body, request.socket, request.headers);
};

const server = http.createServer(async (request, response) => {
  let sent;
  try {
    sent = await answer(request);
  } catch (error) {
    sent = { status: 500, body: { code: "InternalServerError", message: String(error?.stack ?? error) } };
  }
  if (sent === undefined) return;
  // One string goes with its head in one piece.
  const json = sent.text ?? JSON.stringify(sent.body);
  response.writeHead(sent.status, { "content-type": "application/json", "content-length": Buffer.byteLength(json), ...sent.headers });
  response.end(json);
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => console.log(`LISTENING ${server.address().port}`));
process.stdin.resume().on("end", () => process.exit(0));
