// The functions of Pawl. Copy this file, pawlRows.ts and schema.ts into the folder "convex" of a Convex project and deploy. Format and reasons: docs/format/convex.md.
//
// Nothing here means anything: rows have a place (family, partition, order, id) and a text. Every function asks first who calls, see admit().

import { v } from "convex/values";
import { admit, between, type Doc, type End, type Field, isForeign, misplaced, mutation, type Place, place, query, secret } from "./pawlRows";
import { bytes, check, cloud, conflict, cost, cut, Dropping, find, isCut, isOrder, once, partsOf, Room, Rows, STEP_BYTES, store, turn } from "./pawlRows";
import { MEBIBYTE, own, weight, whole } from "./pawlRows";

// Raised when what the client sends or gets changes.
const VERSION = 1;

const PAGE_ROWS = 1_000;
const PAGE_BYTES = 4 << 20;
// A function may use 4,096 ranges of indexes.
const RANGES = 3_500;
// Rows that are looked up beside each other: each may have 1 MiB.
const AT_ONCE = 8;
// Bytes of a value that is not worth a part of its own, where a batch is too much.
const SHORT = 1024;

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
    return { version: VERSION, deployment: cloud(), anything: here !== null || below !== null };
  },
});

// Rows by name, as many of the first as one call reads, and how many names that were.
export const get = query({
  args: { secret, namespace: v.string(), keys: v.array(v.string()) },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const room = new Room(STEP_BYTES);
    const rows = [];
    let read = 0;
    while (read < args.keys.length) {
      const some = args.keys.slice(read, read + AT_ONCE);
      for (const row of await Promise.all(some.map((key) => find(ctx, args.namespace, key)))) {
        if (row !== null && !room.fits(cost(row))) return { rows, read };
        if (row !== null) rows.push({ key: row.key, value: await whole(ctx, row), sortKey: row.sortKey ?? null });
        read++;
      }
    }
    return { rows, read };
  },
});

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
    // Below 0 and above this there is only what isForeign() finds.
    const lower = args.lower === undefined ? { values: [0], inclusive: true } : end(args.lower);
    const upper = args.upper === undefined ? { values: [Number.MAX_SAFE_INTEGER], inclusive: true } : end(args.upper);
    const ranges = between(fields, [], lower, upper);
    if (args.backwards) ranges.reverse();
    const limit = Math.min(args.limit, PAGE_ROWS);
    // Documents are read with their values even where those are not wanted.
    const most = args.keysOnly ? STEP_BYTES : PAGE_BYTES;
    const rows = [];
    let size = 0;
    for (const range of ranges) {
      // The types of ranges know the order of fields, which is decided here only when it runs.
      const narrow = (q: any) => {
        for (const [field, value] of range.equal) q = q.eq(field, value);
        const { field, above, below } = range;
        if (above !== undefined) q = above.inclusive ? q.gte(field, above.value) : q.gt(field, above.value);
        if (below !== undefined) q = below.inclusive ? q.lte(field, below.value) : q.lt(field, below.value);
        return q;
      };
      const found =
        only === undefined
          ? ctx.db.query("zaileys_kv").withIndex("by_ns_order", (q) => narrow(q.eq("namespace", args.namespace).eq("family", args.family)))
          : ctx.db
              .query("zaileys_kv")
              .withIndex("by_ns_place", (q) => narrow(q.eq("namespace", args.namespace).eq("family", args.family).eq("partition", only)));
      for await (const row of found.order(args.backwards ? "desc" : "asc")) {
        size += args.keysOnly ? weight(row) : cost(row);
        if (rows.length === limit || (rows.length > 0 && size > most)) return { rows, more: true };
        const value = args.keysOnly ? "" : await whole(ctx, row);
        rows.push({ key: row.key, partition: row.partition ?? "", id: row.id ?? "", sortKey: row.sortKey ?? null, value });
      }
    }
    return { rows, more: false };
  },
});

// The partitions of a family behind one of them.
export const partitions = query({
  args: { secret, namespace: v.string(), family: v.string(), after: v.optional(v.string()), limit: v.number(), settled: v.boolean() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    if (!args.settled && (await isForeign(ctx, args.namespace, args.family))) return { foreign: true };
    const room = new Room(STEP_BYTES);
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
      if (!room.fits(weight(next))) break;
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
    let size = 0;
    const counts = async (namespace: string): Promise<boolean> => {
      for (const { from, to } of args.keys) {
        ranges++;
        const row = await ctx.db
          .query("zaileys_kv")
          .withIndex("by_ns_key", (q) => q.eq("namespace", namespace).gte("key", from).lt("key", to))
          .first();
        size += row === null ? 0 : weight(row);
        if (row !== null) return true;
      }
      for (const family of args.families) {
        ranges++;
        const row = await ctx.db
          .query("zaileys_kv")
          .withIndex("by_ns_order", (q) => q.eq("namespace", namespace).eq("family", family))
          .first();
        size += row === null ? 0 : weight(row);
        if (row !== null) return true;
      }
      return false;
    };
    const own = await counts(args.namespace);
    const names: string[] = [];
    let last = args.after ?? "";
    while (names.length < args.limit && ranges < RANGES && size < STEP_BYTES) {
      const behind = `${args.namespace}/${last}`;
      ranges++;
      const next = await ctx.db
        .query("zaileys_kv")
        .withIndex("by_ns_key", (q) => q.gt("namespace", behind).lt("namespace", `${args.namespace}0`))
        .first();
      if (next === null) return { own, names, next: null };
      size += weight(next);
      last = next.namespace.slice(args.namespace.length + 1);
      if (/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/.test(last) && (await counts(next.namespace))) names.push(last);
    }
    return { own, names, next: last };
  },
});

// Rows that zaileys wrote and nobody adopted: all of them, or those of a family that it wrote again. Values only of chats, whose JSON has their order.
export const foreign = query({
  args: { secret, namespace: v.string(), family: v.optional(v.string()), above: v.boolean(), cursor: v.union(v.string(), v.null()), limit: v.number() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const some = { cursor: args.cursor, numItems: Math.min(args.limit, PAGE_ROWS) };
    const page = await misplaced(ctx, args.namespace, args.family, args.above).paginate(some);
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
      const rows = new Rows(ctx, args.namespace);
      const failed = await conflict(ctx, rows, args.checks);
      if (failed !== undefined) return { conflict: failed };
      await rows.load(args.puts.map(({ key }) => key).concat(args.deletes));
      const dropping = new Dropping(ctx);
      for (const key of args.deletes) {
        const row = rows.get(key);
        if (row === null) continue;
        await dropping.partsOf(row);
        await ctx.db.delete(row._id);
      }
      for (let n = 0; n < args.puts.length; n++) {
        const { key, family, partition, id, order, value } = args.puts[n];
        const old = rows.get(key);
        if (old !== null) await dropping.partsOf(old);
        const row = { namespace: args.namespace, key, value, sortKey: order, family, partition, id };
        await store(ctx, row, old, `${args.lane}:${args.number}:${n}`);
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
      const failed = await conflict(ctx, new Rows(ctx, args.namespace), args.checks);
      if (failed !== undefined) return { conflict: failed };
      const room = new Room(STEP_BYTES);
      let left = args.limit;
      // Rows with their parts, whatever family those were noted for. Whether there was room for all of them.
      const removed = async (rows: AsyncIterable<Doc>): Promise<boolean> => {
        for await (const row of rows) {
          if (left <= 0 || !room.fits(weight(row) + (row.size ?? 0))) return false;
          const stamp = row.family === "garbage" ? row.id : row.stamp;
          if (stamp !== undefined) {
            for await (const part of partsOf(ctx, args.namespace, stamp)) {
              if (row.family === "garbage" && !room.fits(weight(part))) return false;
              await ctx.db.delete(part._id);
              left--;
            }
          }
          await ctx.db.delete(row._id);
          left--;
        }
        return true;
      };
      for (const { family, keys: theirs } of args.families) {
        if (theirs !== undefined) {
          const named = ctx.db
            .query("zaileys_kv")
            .withIndex("by_ns_key", (q) => q.eq("namespace", args.namespace).gte("key", theirs.from).lt("key", theirs.to));
          if (!(await removed(named))) return { done: false };
        }
        const own = ctx.db.query("zaileys_kv").withIndex("by_ns_order", (q) => q.eq("namespace", args.namespace).eq("family", family));
        if (!(await removed(own))) return { done: false };
        for (const beside of ["garbage", "part"]) {
          const rows = ctx.db
            .query("zaileys_kv")
            .withIndex("by_ns_place", (q) => q.eq("namespace", args.namespace).eq("family", beside).eq("partition", family));
          if (!(await removed(rows))) return { done: false };
        }
      }
      return { done: true };
    });
  },
});

// One step of removing parts that nobody has any more.
export const sweep = mutation({
  args: { secret, namespace: v.string() },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const room = new Room(STEP_BYTES);
    const garbage = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_place", (q) => q.eq("namespace", args.namespace).eq("family", "garbage"))
      .take(PAGE_ROWS);
    for (const row of garbage) {
      for await (const part of partsOf(ctx, args.namespace, row.id ?? "")) {
        if (!room.fits(weight(part))) return { done: false };
        await ctx.db.delete(part._id);
      }
      await ctx.db.delete(row._id);
    }
    return { done: garbage.length < PAGE_ROWS };
  },
});

// Cuts the values of rows that a batch removes into parts, which changes nothing that is read. How many it got to.
export const spill = mutation({
  args: { secret, namespace: v.string(), rows: v.array(v.object({ key: v.string(), family: v.string() })) },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const room = new Room(STEP_BYTES);
    const dropping = new Dropping(ctx);
    let done = 0;
    for (const { key, family } of args.rows) {
      const row = await find(ctx, args.namespace, key);
      if (row !== null && !room.fits(weight(row))) break;
      done++;
      if (row === null || bytes(row.value) <= SHORT) continue;
      await dropping.partsOf(row);
      const { _id, _creationTime, parts, stamp, size, ...content } = row;
      const head = await cut(ctx, content, row.family ?? family, own(row));
      await ctx.db.replace(_id, head);
    }
    return { done, garbage: dropping.garbage };
  },
});

// Gives rows that zaileys wrote their places, as far as they still are as the client saw them. How many it got to, and how many have theirs now.
export const adopt = mutation({
  args: {
    secret,
    namespace: v.string(),
    rows: v.array(
      v.object({
        key: v.string(),
        sortKey: v.union(v.number(), v.null()),
        value: v.optional(v.string()),
        family: v.string(),
        partition: v.string(),
        id: v.string(),
        order: v.number(),
      }),
    ),
  },
  handler: async (ctx, args) => {
    await admit(ctx, args.secret);
    const room = new Room(STEP_BYTES);
    const dropping = new Dropping(ctx);
    let done = 0;
    let adopted = 0;
    for (const { key, sortKey, value, family, partition, id, order } of args.rows) {
      const row = await find(ctx, args.namespace, key);
      if (row !== null && !room.fits(weight(row))) break;
      done++;
      if (row === null || (row.family !== undefined && isOrder(row.sortKey))) continue;
      // zaileys wrote it once more: it has another place than the one that the client thought of.
      if (!Object.is(row.sortKey ?? null, sortKey) || (value !== undefined && value !== row.value)) continue;
      const place = { family, partition, id, sortKey: order };
      if (isCut(row)) await ctx.db.patch(row._id, place);
      else {
        // Parts of a value that zaileys has written over.
        await dropping.partsOf(row);
        const { _id, _creationTime, parts, stamp, size, ...theirs } = row;
        const placed = { ...theirs, ...place };
        // Where zaileys filled the document, what is ours beside its value has no room in it.
        await ctx.db.replace(_id, weight(placed) > MEBIBYTE ? await cut(ctx, placed, family, own(row)) : placed);
      }
      adopted++;
    }
    return { done, adopted, garbage: dropping.garbage };
  },
});
