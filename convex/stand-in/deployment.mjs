// One deployment: real function files on the database of convex-test, with what that does not do, which Convex does: limits of documents, arrays,
// arguments and answers, mutations that ran beside others and are run again, and errors that say nothing in production, a missing function included.

import { register } from "node:module";
import { convexToJson, getConvexSize, jsonToConvex } from "convex/values";
import { anyApi } from "convex/server";

register("./expose.mjs", import.meta.url);
const { convexTest, DatabaseFake } = await import("convex-test");
const { TransactionMetricsTracker } = await import(new URL("./node_modules/convex-test/dist/transactionMetrics.js", import.meta.url));
const { install } = await import("./indexes.mjs");

const MEBIBYTE = 1 << 20;
const LONGEST_ARRAY = 8192;
// How often Convex runs a mutation again that ran beside others, before it gives it up.
const RUNS = 4;

class Conflict extends Error {}

let latest;
let counted = {};

const override = (prototype, name, replacement) => {
  const original = prototype[name];
  prototype[name] = function (...values) {
    return replacement.call(this, original, ...values);
  };
};

override(DatabaseFake.prototype, "validateSchema", function (original) {
  latest = this;
  return original.call(this);
});
override(DatabaseFake.prototype, "_validate", function (original, table, document) {
  const size = getConvexSize(document);
  if (size > MEBIBYTE) throw new Error(`Value is too large (${size} > maximum size ${MEBIBYTE})`);
  requireShortArrays(document);
  return original.call(this, table, document);
});
install(DatabaseFake);
override(DatabaseFake.prototype, "commit", function (original, time) {
  const writes = this._writes.length === 1 && Object.keys(this._writes[0]).length > 0;
  if (writes && this.conflicts > 0) {
    this.conflicts--;
    throw new Conflict();
  }
  return original.call(this, time);
});
override(TransactionMetricsTracker.prototype, "trackRead", function (original, size) {
  counted.documentsRead++;
  counted.bytesRead += size;
  return original.call(this, size);
});
override(TransactionMetricsTracker.prototype, "trackWrite", function (original, size) {
  counted.documentsWritten++;
  return original.call(this, size);
});

const requireShortArrays = (value) => {
  if (Array.isArray(value)) {
    if (value.length > LONGEST_ARRAY) throw new Error(`Array length is too long (${value.length} > maximum length ${LONGEST_ARRAY})`);
    value.forEach(requireShortArrays);
  } else if (value !== null && typeof value === "object" && !(value instanceof ArrayBuffer)) Object.values(value).forEach(requireShortArrays);
};

const requireWithin = (value, what) => {
  const size = getConvexSize(value);
  if (size > 16 * MEBIBYTE) throw new Error(`Function ${what} is too large (${size} > maximum size ${16 * MEBIBYTE})`);
  requireShortArrays(value);
};

const reference = (path) => {
  const [module, name = "default"] = path.split(":");
  return module.split("/").reduce((api, part) => api[part], anyApi)[name];
};

export class Deployment {
  // "identities" are those of tokens. A deployment for "development" says what went wrong, where a function is not there.
  constructor({ modules, schema, environment = {}, identities = {}, development = false }) {
    const files = { "/convex/_generated/api.js": async () => ({}) };
    for (const [file, module] of Object.entries(modules)) files[`/convex/${file}`] = async () => module;
    this.modules = modules;
    this.environment = environment;
    this.identities = identities;
    this.development = development;
    this.faults = [];
    this.late = [];
    this.calls = [];
    this.test = convexTest({ schema, modules: files, transactionLimits: true });
    this.database = latest;
    this.database.conflicts = 0;
  }

  // The fault that meets a call of a function, if one does.
  fault(path) {
    const fault = this.faults.find((each) => (each.path ?? path) === path);
    if (fault === undefined) return undefined;
    if (fault.skip > 0) {
      fault.skip--;
      return undefined;
    }
    if (--fault.times <= 0) this.faults = this.faults.filter((each) => each !== fault);
    return fault;
  }

  // Runs a function, and answers as Convex does. One at a time in this process: there is one environment.
  async run(kind, path, args, identity) {
    const [file, name] = path.split(":");
    const found = this.modules[`${file}.ts`]?.[name];
    if (found === undefined) return this.missing(`Could not find public function for '${path}'. Did you forget to run \`npx convex dev\`?`);
    const kinds = { query: found.isQuery, mutation: found.isMutation };
    if (!kinds[kind]) return this.missing(`Trying to execute ${path} as ${kind}, but it is defined as another kind.`);
    for (const variable of ["PAWL_SECRET", "PAWL_IDENTITIES", "CONVEX_CLOUD_URL"]) delete process.env[variable];
    Object.assign(process.env, this.environment);
    counted = { kind, path, documentsRead: 0, bytesRead: 0, documentsWritten: 0 };
    this.calls.push(counted);
    try {
      const decoded = jsonToConvex(args);
      requireWithin(decoded, "arguments");
      const test = identity === undefined ? this.test : this.test.withIdentity(identity);
      const value = await this.again(() => test[kind](reference(path), decoded));
      requireWithin(value ?? null, "return value");
      return { status: 200, body: { status: "success", value: convexToJson(value ?? null), logLines: [] } };
    } catch (error) {
      if (error instanceof Conflict)
        return { status: 503, body: { code: "OptimisticConcurrencyControlFailure", message: "Documents read from or written to changed while this mutation was being run" } };
      if (process.env.PAWL_STAND_IN_LOG) console.error(path, error);
      return failure("", error?.data);
    }
  }

  missing(reason) {
    return failure(this.development ? reason : "");
  }

  async again(action) {
    for (let run = 1; ; run++) {
      try {
        return await action();
      } catch (error) {
        if (!(error instanceof Conflict) || run === RUNS) throw error;
      }
    }
  }
}

const failure = (message, data) => {
  const id = Math.floor(Math.random() * 2 ** 48).toString(16).padStart(16, "0");
  const body = { status: "error", errorMessage: `[Request ID: ${id}] Server Error${message === "" ? "" : `\n${message}`}`, logLines: [] };
  return { status: 560, body: data === undefined ? body : { ...body, errorData: convexToJson(data) } };
};
