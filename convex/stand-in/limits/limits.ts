// Functions that read and write as much as they are told, to show where the stand-in stops them.

import { mutationGeneric, queryGeneric } from "convex/server";
import { v } from "convex/values";

type Any = any;

const row = (n: number, letters: number) => ({ namespace: "limits", key: `k${n}`, value: "x".repeat(letters) });

export const write = mutationGeneric({
  args: { documents: v.number(), letters: v.number() },
  handler: async (ctx: Any, { documents, letters }) => {
    for (let n = 0; n < documents; n++) await ctx.db.insert("zaileys_kv", row(n, letters));
  },
});

// Each as often as it is told, since Convex counts what is read and not what is there.
export const read = queryGeneric({
  args: { documents: v.number() },
  handler: async (ctx: Any, { documents }) => {
    for (let left = documents; left > 0; ) {
      const some = await ctx.db
        .query("zaileys_kv")
        .withIndex("by_ns_key", (q: Any) => q.eq("namespace", "limits"))
        .take(left);
      left -= some.length;
    }
  },
});
