// Five functions that do what those of zaileys 4.8 do, its faults included: they ask nobody who he is, and list and clear read a whole prefix
// before they look at the limit. Written for the tests from what they do; the real ones are in zaileys' repository, examples/convex.

import { mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

type Any = any;

const row = (ctx: Any, namespace: string, key: string) =>
  ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_key", (q: Any) => q.eq("namespace", namespace).eq("key", key))
    .unique();

export const get = queryGeneric({
  args: { namespace: v.string(), keys: v.array(v.string()) },
  handler: async (ctx, { namespace, keys }) => {
    const found: { key: string; value: string }[] = [];
    for (const key of keys) {
      const doc = await row(ctx, namespace, key);
      if (doc !== null) found.push({ key, value: doc.value });
    }
    return found;
  },
});

export const set = mutationGeneric({
  args: { namespace: v.string(), items: v.array(v.object({ key: v.string(), value: v.string(), sortKey: v.optional(v.number()) })) },
  handler: async (ctx, { namespace, items }) => {
    for (const { key, value, sortKey } of items) {
      const doc = await row(ctx, namespace, key);
      if (doc === null) await ctx.db.insert("zaileys_kv", { namespace, key, value, sortKey });
      else await ctx.db.patch(doc._id, { value, sortKey });
    }
  },
});

export const del = mutationGeneric({
  args: { namespace: v.string(), keys: v.array(v.string()) },
  handler: async (ctx, { namespace, keys }) => {
    for (const key of keys) {
      const doc = await row(ctx, namespace, key);
      if (doc !== null) await ctx.db.delete(doc._id);
    }
  },
});

export const clear = mutationGeneric({
  args: { namespace: v.string(), prefix: v.optional(v.string()) },
  handler: async (ctx, { namespace, prefix }) => {
    const all = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_key", (q: Any) => q.eq("namespace", namespace))
      .collect();
    for (const doc of all) if (doc.key.startsWith(prefix ?? "")) await ctx.db.delete(doc._id);
  },
});

export const list = queryGeneric({
  args: { namespace: v.string(), prefix: v.string(), before: v.optional(v.number()), limit: v.optional(v.number()) },
  handler: async (ctx, { namespace, prefix, before, limit }) => {
    const all = await ctx.db
      .query("zaileys_kv")
      .withIndex("by_ns_key", (q: Any) => q.eq("namespace", namespace).gte("key", prefix).lt("key", `${prefix}\uffff`))
      .collect();
    const time = (doc: Any): number => doc.sortKey ?? 0;
    return all
      .filter((doc) => before === undefined || time(doc) < before)
      .sort((one, other) => time(other) - time(one))
      .slice(0, limit)
      .map(({ key, value, sortKey }) => ({ key, value, sortKey }));
  },
});
