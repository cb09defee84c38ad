// The table as somebody has it who only ever deployed zaileys.

import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export default defineSchema({
  zaileys_kv: defineTable({ namespace: v.string(), key: v.string(), value: v.string(), sortKey: v.optional(v.number()) }).index("by_ns_key", [
    "namespace",
    "key",
  ]),
});
