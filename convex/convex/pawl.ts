// The functions of Pawl. Copy this file and schema.ts into the folder "convex" of a Convex project and deploy. Format and reasons: docs/format/convex.md.
//
// Nothing here means anything: rows have a place (family, partition, order, id) and a text. Every function asks first who calls, see admit().

import {
  type DataModelFromSchemaDefinition,
  type GenericMutationCtx,
  type GenericQueryCtx,
  type MutationBuilder,
  mutationGeneric,
  type QueryBuilder,
  queryGeneric,
} from "convex/server";
import { ConvexError, v } from "convex/values";
import type schema from "./schema";

type Model = DataModelFromSchemaDefinition<typeof schema>;
type Reading = GenericQueryCtx<Model>;
type Writing = GenericMutationCtx<Model>;
type Doc = Model["zaileys_kv"]["document"];
type Content = Omit<Doc, "_id" | "_creationTime">;

const query = queryGeneric as QueryBuilder<Model, "public">;
const mutation = mutationGeneric as MutationBuilder<Model, "public">;

// What a deployment has of it: the settings that its owner makes.
declare const process: { env: Record<string, string | undefined> };

// Raised when what the client sends or gets changes.
const VERSION = 1;

const SHORTEST_SECRET = 32;
// Bytes in UTF-8 of the longest value that stands in its row. Rows up to here keep pages and batches within what one function may read.
const LONGEST_IN_ROW = 64 * 1024;
// UTF-16 units of a part: at most 750,000 bytes, so that the document has less than 1 MiB.
const PART = 250_000;
// Bytes of parts that go in the batch that drops them.
const DROPPED_AT_ONCE = 1 << 20;
const PAGE_ROWS = 1_000;
const PAGE_BYTES = 4 << 20;
// A function may use 4,096 ranges of indexes.
const RANGES = 3_500;
const DAY = 24 * 60 * 60 * 1000;

// Who calls --------------------------------------------------------------------------------------------------------------------------------

const secret = v.optional(v.string());

// Takes as long for a wrong secret as for the right one.
function same(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < wanted.length; i++) difference |= wanted.charCodeAt(i) ^ given.charCodeAt(i % Math.max(given.length, 1));
  return difference === 0;
}

async function admit(ctx: Reading | Writing, given: string | undefined): Promise<void> {
  const wanted = process.env.PAWL_SECRET ?? "";
  if (wanted.length >= SHORTEST_SECRET && given !== undefined && same(given, wanted)) return;
  const identities = (process.env.PAWL_IDENTITIES ?? "").split(/\s+/).filter((identity) => identity !== "");
  if (identities.length > 0) {
    const caller = await ctx.auth.getUserIdentity();
    if (caller !== null && identities.filter((identity) => same(caller.tokenIdentifier, identity)).length > 0) return;
  }
  const closed = wanted.length < SHORTEST_SECRET && identities.length === 0;
  throw new ConvexError({ pawl: closed ? "closed" : "refused" });
}

// Rows and their values ----------------------------------------------------------------------------------------------------------------------

const bytes = (text: string): number => new TextEncoder().encode(text).length;

const find = (ctx: Reading | Writing, namespace: string, key: string): Promise<Doc | null> =>
  ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_key", (q) => q.eq("namespace", namespace).eq("key", key))
    .unique();

const partsOf = (ctx: Reading | Writing, namespace: string, stamp: string) =>
  ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_key", (q) => q.eq("namespace", namespace).gte("key", `pawl:part:${stamp}:`).lt("key", `pawl:part:${stamp};`));

const isOrder = (sortKey: number | undefined): boolean => Number.isSafeInteger(sortKey) && sortKey! >= 0;

// zaileys knows no parts: where it wrote a row again there is a value, and the parts are no more its own.
const isCut = (row: Doc): row is Doc & { parts: number; stamp: string } =>
  row.value === "" && row.parts !== undefined && row.stamp !== undefined;

async function whole(ctx: Reading | Writing, row: Doc): Promise<string> {
  if (!isCut(row)) return row.value;
  const parts = await partsOf(ctx, row.namespace, row.stamp).take(row.parts + 1);
  if (parts.length !== row.parts) throw new ConvexError({ pawl: "damaged", key: row.key });
  return parts.map((part) => part.value).join("");
}

function pieces(text: string): string[] {
  const cut: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + PART, text.length);
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last < 0xdc00) to--;
    cut.push(text.slice(from, to));
    from = to;
  }
  return cut;
}

// Stores a value, in its row or beside it.
async function store(ctx: Writing, row: Content, old: Doc | null, stamp: string, longest: number): Promise<void> {
  const size = bytes(row.value);
  let head = row;
  if (size > longest) {
    const parts = pieces(row.value);
    head = { ...row, value: "", parts: parts.length, stamp, size };
    for (let n = 0; n < parts.length; n++) {
      const name = String(n).padStart(2, "0");
      await ctx.db.insert("zaileys_kv", {
        namespace: row.namespace,
        key: `pawl:part:${stamp}:${name}`,
        value: parts[n],
        sortKey: n,
        family: "part",
        partition: row.family ?? "other",
        id: `${stamp}:${name}`,
      });
    }
  }
  if (old === null) await ctx.db.insert("zaileys_kv", head);
  else await ctx.db.replace(old._id, head);
}

// What a batch may still drop with its rows; the rest becomes garbage.
class Dropping {
  private left = DROPPED_AT_ONCE;
  garbage = false;

  constructor(private readonly ctx: Writing) {}

  // Drops the parts of a row that is deleted or replaced, also those that it has no more since zaileys wrote it.
  async partsOf(row: Doc): Promise<void> {
    if (row.parts === undefined || row.stamp === undefined) return;
    this.left -= (row.size ?? 0) * 2;
    if (this.left >= 0) {
      for (const part of await partsOf(this.ctx, row.namespace, row.stamp).collect()) await this.ctx.db.delete(part._id);
      return;
    }
    this.garbage = true;
    await this.ctx.db.insert("zaileys_kv", {
      namespace: row.namespace,
      key: `pawl:garbage:${row.stamp}`,
      value: "",
      sortKey: 0,
      family: "garbage",
      partition: row.family ?? "other",
      id: row.stamp,
    });
  }
}

// Once -----------------------------------------------------------------------------------------------------------------------------------------

const turn = { lane: v.string(), number: v.number(), attempt: v.number() };

type Turn = { lane: string; number: number; attempt: number };
type Outcome = { conflict?: number; garbage?: boolean; done?: boolean };

// Does something once for each number of a lane, however often it is asked for, and says each time what came of it.
async function once(ctx: Writing, { lane, number, attempt }: Turn, action: () => Promise<Outcome>): Promise<Outcome & { lost?: boolean }> {
  const last = await ctx.db
    .query("pawl_lanes")
    .withIndex("by_lane", (q) => q.eq("lane", lane))
    .unique();
  if (last === null ? number > 1 : last.number > number) return { lost: true };
  if (last !== null && last.number === number) return JSON.parse(last.outcome) as Outcome;
  const outcome = await action();
  // Nobody was told of a conflict but the one who asks now, unless this is not the first attempt: then the other copies must find it.
  if (outcome.conflict !== undefined && attempt === 1) return outcome;
  const state = { lane, number, outcome: JSON.stringify(outcome), used: Date.now() };
  if (last !== null) {
    await ctx.db.replace(last._id, state);
    return outcome;
  }
  await ctx.db.insert("pawl_lanes", state);
  const old = await ctx.db
    .query("pawl_lanes")
    .withIndex("by_used", (q) => q.lt("used", Date.now() - DAY))
    .take(4);
  for (const gone of old) await ctx.db.delete(gone._id);
  return outcome;
}

// The value of a check is absent where there must be no row. What is no text can be in no row.
const check = v.object({ key: v.string(), value: v.optional(v.string()), never: v.optional(v.boolean()) });

type Check = { key: string; value?: string; never?: boolean };

async function holds(ctx: Writing, row: Doc | null, wanted: Check): Promise<boolean> {
  if (wanted.never) return false;
  if (row === null || wanted.value === undefined) return row === null && wanted.value === undefined;
  if (!isCut(row)) return row.value === wanted.value;
  return row.size === bytes(wanted.value) && (await whole(ctx, row)) === wanted.value;
}

async function firstThatFails(ctx: Writing, checks: Check[], rows: (key: string) => Promise<Doc | null>): Promise<number> {
  for (let i = 0; i < checks.length; i++) if (!(await holds(ctx, await rows(checks[i].key), checks[i]))) return i;
  return -1;
}

// Functions: reading ------------------------------------------------------------------------------------------------------------------------------

// Whether these functions are there, which deployment this is, and whether anything is in a namespace or in the sessions below it.
export const hello = query({
  args: { secret, namespace: v.string() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const here = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_key", (q) => q.eq("namespace", args.namespace))
      .first();
    const below = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_key", (q) => q.gte("namespace", `${args.namespace}/`).lt("namespace", `${args.namespace}0`))
      .first();
    return { version: VERSION, deployment: process.env.CONVEX_CLOUD_URL ?? null, anything: here !== null || below !== null };
  },
});

export const get = query({
  args: { secret, namespace: v.string(), keys: v.array(v.string()) },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const rows = await Promise.all(
      args.keys.map(async (key) => {
        const row = await find(ctx, args.namespace, key);
        return row === null ? null : { key, value: await whole(ctx, row), sortKey: row.sortKey ?? null };
      }),
    );
    return rows.filter((row) => row !== null);
  },
});

const place = v.object({ order: v.number(), partition: v.string(), id: v.string(), inclusive: v.boolean() });

type Place = { order: number; partition: string; id: string; inclusive: boolean };
type Field = "sortKey" | "partition" | "id";
// With fewer values than there are fields it is about everything that begins with them.
type End = { values: (string | number)[]; inclusive: boolean };
type Bound = { value: string | number; inclusive: boolean };
type Range = { equal: [Field, string | number][]; field?: Field; above?: Bound; below?: Bound };

// Cuts what lies between two places of an index into ranges of it, in order: only the last field of a range can have bounds.
function between(fields: Field[], equal: Range["equal"], lower: End | null, upper: End | null): Range[] {
  const [field, ...rest] = fields;
  const low = lower?.values[0];
  const high = upper?.values[0];
  const tail = (end: End): End | null => (end.values.length === 1 ? null : { values: end.values.slice(1), inclusive: end.inclusive });
  const ends = (end: End | null): boolean => end !== null && tail(end) === null;
  if (lower !== null && upper !== null && low === high && !(ends(lower) && ends(upper))) {
    if ((ends(lower) && !lower.inclusive) || (ends(upper) && !upper.inclusive)) return [];
    return between(rest, [...equal, [field, low!]], tail(lower), tail(upper));
  }
  const ranges: Range[] = [];
  if (lower !== null && !ends(lower)) ranges.push(...between(rest, [...equal, [field, low!]], tail(lower), null));
  ranges.push({
    equal,
    field,
    above: lower === null ? undefined : { value: low!, inclusive: ends(lower) && lower.inclusive },
    below: upper === null ? undefined : { value: high!, inclusive: ends(upper) && upper.inclusive },
  });
  if (upper !== null && !ends(upper)) ranges.push(...between(rest, [...equal, [field, high!]], null, tail(upper)));
  return ranges;
}

// Whether zaileys wrote rows that no index of ours has, or not in their place.
async function isForeign(ctx: Reading, namespace: string, family: string): Promise<boolean> {
  const unknown = await ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_order", (q) => q.eq("namespace", namespace).eq("family", undefined))
    .first();
  if (unknown !== null) return true;
  const rewritten = await ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_order", (q) => q.eq("namespace", namespace).eq("family", family).lt("sortKey", 0))
    .first();
  return rewritten !== null;
}

// Rows in order. Reads one more than it returns, to say whether there are more.
export const scan = query({
  args: {
    secret,
    namespace: v.string(),
    family: v.string(),
    partition: v.optional(v.string()),
    lower: v.optional(place),
    upper: v.optional(place),
    backwards: v.boolean(),
    limit: v.number(),
    keysOnly: v.boolean(),
    // Do not look for rows of zaileys: the caller has them.
    settled: v.boolean(),
  },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    if (!args.settled && (await isForeign(ctx, args.namespace, args.family))) return { foreign: true };
    const only = args.partition;
    const fields: Field[] = only === undefined ? ["sortKey", "partition", "id"] : ["sortKey", "id"];
    const end = ({ order, partition, id, inclusive }: Place): End => ({ values: only === undefined ? [order, partition, id] : [order, id], inclusive });
    // Below 0 there is only what zaileys left without an order.
    const lower = args.lower === undefined ? { values: [0], inclusive: true } : end(args.lower);
    const ranges = between(fields, [], lower, args.upper === undefined ? null : end(args.upper));
    if (args.backwards) ranges.reverse();
    const limit = Math.min(args.limit, PAGE_ROWS);
    const found: Doc[] = [];
    for (const range of ranges) {
      if (found.length > limit) break;
      // The types of ranges know the order of fields, which is decided here only when it runs.
      const narrow = (q: any) => {
        for (const [field, value] of range.equal) q = q.eq(field, value);
        const { field, above, below } = range;
        if (above !== undefined) q = above.inclusive ? q.gte(field, above.value) : q.gt(field, above.value);
        if (below !== undefined) q = below.inclusive ? q.lte(field, below.value) : q.lt(field, below.value);
        return q;
      };
      const rows =
        only === undefined
          ? ctx.db.query("zaileys_kv").withIndex("by_ns_order", (q) => narrow(q.eq("namespace", args.namespace).eq("family", args.family)))
          : ctx.db
              .query("zaileys_kv")
              .withIndex("by_ns_place", (q) => narrow(q.eq("namespace", args.namespace).eq("family", args.family).eq("partition", only)));
      found.push(...(await rows.order(args.backwards ? "desc" : "asc").take(limit + 1 - found.length)));
    }
    let more = found.length > limit;
    let size = 0;
    const rows = [];
    for (const row of found.slice(0, limit)) {
      size += args.keysOnly ? 0 : isCut(row) ? (row.size ?? 0) : bytes(row.value);
      if (rows.length > 0 && size > PAGE_BYTES) {
        more = true;
        break;
      }
      rows.push({ key: row.key, partition: row.partition ?? "", id: row.id ?? "", sortKey: row.sortKey ?? null, value: args.keysOnly ? "" : await whole(ctx, row) });
    }
    return { rows, more };
  },
});

// The partitions of a family behind one of them.
export const partitions = query({
  args: { secret, namespace: v.string(), family: v.string(), after: v.optional(v.string()), limit: v.number(), settled: v.boolean() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    if (!args.settled && (await isForeign(ctx, args.namespace, args.family))) return { foreign: true };
    const names: string[] = [];
    let last = args.after;
    while (names.length < args.limit) {
      const behind = last;
      const next = await ctx.db
        .query("zaileys_kv")
        .withIndex("by_ns_place", (q) => {
          const family = q.eq("namespace", args.namespace).eq("family", args.family);
          return behind === undefined ? family : family.gt("partition", behind);
        })
        .first();
      if (next === null) return { names, more: false };
      last = next.partition ?? "";
      names.push(last);
    }
    return { names, more: true };
  },
});

const keys = v.object({ from: v.string(), to: v.string() });

// The namespaces below one that hold rows of these families, behind one of them, and whether the namespace itself does.
export const sessions = query({
  args: { secret, namespace: v.string(), families: v.array(v.string()), keys: v.array(keys), after: v.optional(v.string()), limit: v.number() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    let ranges = 0;
    const counts = async (namespace: string): Promise<boolean> => {
      for (const { from, to } of args.keys) {
        ranges++;
        const row = await ctx.db
          .query("zaileys_kv")
          .withIndex("by_ns_key", (q) => q.eq("namespace", namespace).gte("key", from).lt("key", to))
          .first();
        if (row !== null) return true;
      }
      for (const family of args.families) {
        ranges++;
        const row = await ctx.db
          .query("zaileys_kv")
          .withIndex("by_ns_order", (q) => q.eq("namespace", namespace).eq("family", family))
          .first();
        if (row !== null) return true;
      }
      return false;
    };
    const own = await counts(args.namespace);
    const names: string[] = [];
    let last = args.after ?? "";
    while (names.length < args.limit && ranges < RANGES) {
      const behind = `${args.namespace}/${last}`;
      ranges++;
      const next = await ctx.db
        .query("zaileys_kv")
        .withIndex("by_ns_key", (q) => q.gt("namespace", behind).lt("namespace", `${args.namespace}0`))
        .first();
      if (next === null) return { own, names, next: null };
      last = next.namespace.slice(args.namespace.length + 1);
      if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(last) && (await counts(next.namespace))) names.push(last);
    }
    return { own, names, next: last };
  },
});

// Rows that zaileys wrote and nobody adopted: all of them, or those of a family that it wrote again. Values only of chats, whose JSON has their order.
export const foreign = query({
  args: { secret, namespace: v.string(), family: v.optional(v.string()), cursor: v.union(v.string(), v.null()), limit: v.number() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const page = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_order", (q) => {
        const family = q.eq("namespace", args.namespace).eq("family", args.family);
        return args.family === undefined ? family : family.lt("sortKey", 0);
      })
      .paginate({ cursor: args.cursor, numItems: Math.min(args.limit, PAGE_ROWS) });
    const rows = page.page.map((row) => ({ key: row.key, sortKey: row.sortKey ?? null, value: row.key.startsWith("chat:") ? row.value : "" }));
    return { rows, cursor: page.isDone ? null : page.continueCursor };
  },
});

// Functions: writing --------------------------------------------------------------------------------------------------------------------------------

const put = v.object({ key: v.string(), family: v.string(), partition: v.string(), id: v.string(), order: v.number(), value: v.string() });

// Checks, puts and deletes in one transaction.
export const commit = mutation({
  args: { secret, namespace: v.string(), ...turn, checks: v.array(check), puts: v.array(put), deletes: v.array(v.string()) },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    return await once(ctx, args, async () => {
      const names = new Set([...args.checks, ...args.puts].map((row) => row.key).concat(args.deletes));
      const rows = new Map(await Promise.all([...names].map(async (key) => [key, await find(ctx, args.namespace, key)] as const)));
      const failed = await firstThatFails(ctx, args.checks, async (key) => rows.get(key) ?? null);
      if (failed >= 0) return { conflict: failed };
      const dropping = new Dropping(ctx);
      for (const key of args.deletes) {
        const row = rows.get(key) ?? null;
        if (row === null) continue;
        await dropping.partsOf(row);
        await ctx.db.delete(row._id);
      }
      for (let n = 0; n < args.puts.length; n++) {
        const { key, family, partition, id, order, value } = args.puts[n];
        const old = rows.get(key) ?? null;
        if (old !== null) await dropping.partsOf(old);
        const row = { namespace: args.namespace, key, value, sortKey: order, family, partition, id };
        await store(ctx, row, old, `${args.lane}:${args.number}:${n}`, LONGEST_IN_ROW);
      }
      return dropping.garbage ? { garbage: true } : {};
    });
  },
});

// One step of removing families whatever their keys: at most so many documents. Done when it says so.
export const erase = mutation({
  args: {
    secret,
    namespace: v.string(),
    ...turn,
    checks: v.array(check),
    families: v.array(v.object({ family: v.string(), keys: v.optional(keys) })),
    limit: v.number(),
  },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    return await once(ctx, args, async () => {
      const failed = await firstThatFails(ctx, args.checks, (key) => find(ctx, args.namespace, key));
      if (failed >= 0) return { conflict: failed };
      let left = args.limit;
      const remove = async (rows: Doc[]) => {
        for (const row of rows) await ctx.db.delete(row._id);
        left -= rows.length;
      };
      for (const { family, keys: theirs } of args.families) {
        if (theirs !== undefined && left > 0) {
          const rows = ctx.db
            .query("zaileys_kv")
            .withIndex("by_ns_key", (q) => q.eq("namespace", args.namespace).gte("key", theirs.from).lt("key", theirs.to));
          await remove(await rows.take(left));
        }
        if (left > 0) {
          const rows = ctx.db.query("zaileys_kv").withIndex("by_ns_order", (q) => q.eq("namespace", args.namespace).eq("family", family));
          await remove(await rows.take(left));
        }
        for (const beside of ["part", "garbage"]) {
          if (left <= 0) break;
          const rows = ctx.db
            .query("zaileys_kv")
            .withIndex("by_ns_place", (q) => q.eq("namespace", args.namespace).eq("family", beside).eq("partition", family));
          // Parts are big.
          const most = Math.min(left, 8);
          const some = await rows.take(most);
          await remove(some);
          if (some.length === most) left = 0;
        }
      }
      return { done: left > 0 };
    });
  },
});

// One step of removing parts that nobody has any more.
export const sweep = mutation({
  args: { secret, namespace: v.string() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const garbage = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_place", (q) => q.eq("namespace", args.namespace).eq("family", "garbage"))
      .first();
    if (garbage === null) return { done: true };
    const parts = await partsOf(ctx, args.namespace, garbage.id ?? "").take(8);
    for (const part of parts) await ctx.db.delete(part._id);
    if (parts.length < 8) await ctx.db.delete(garbage._id);
    return { done: false };
  },
});

// Cuts the values of these rows into parts where they are longer than so many bytes, which changes nothing that is read.
export const spill = mutation({
  args: { secret, namespace: v.string(), keys: v.array(v.string()), longest: v.number() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    for (const key of args.keys) {
      const row = await find(ctx, args.namespace, key);
      if (row === null || bytes(row.value) <= args.longest) continue;
      await storeAgain(ctx, row, {}, args.longest);
    }
    return null;
  },
});

// Gives rows that zaileys wrote their places, as far as they are still without.
export const adopt = mutation({
  args: {
    secret,
    namespace: v.string(),
    rows: v.array(v.object({ key: v.string(), family: v.string(), partition: v.string(), id: v.string(), order: v.number() })),
  },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    for (const { key, family, partition, id, order } of args.rows) {
      const row = await find(ctx, args.namespace, key);
      if (row === null || (row.family !== undefined && isOrder(row.sortKey))) continue;
      await storeAgain(ctx, row, { family, partition, id, sortKey: order }, LONGEST_IN_ROW);
    }
    return null;
  },
});

async function storeAgain(ctx: Writing, row: Doc, columns: Partial<Content>, longest: number): Promise<void> {
  const { _id, _creationTime, parts, stamp, size, ...content } = row;
  const head = isCut(row) ? { ...content, parts, stamp, size } : content;
  // Parts of a value that zaileys has written over.
  if (!isCut(row)) await new Dropping(ctx).partsOf(row);
  await store(ctx, { ...head, ...columns }, row, `${_id}:${Math.random().toString(36).slice(2)}`, longest);
}
