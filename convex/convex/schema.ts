// The tables of Pawl. Where you have a schema already, add pawlTables to it: defineSchema({ ...pawlTables, yours }).

import { defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";

export const pawlTables = {
  // The table of zaileys. Its own columns and index come first; what is optional is Pawl's.
  zaileys_kv: defineTable({
    namespace: v.string(),
    key: v.string(),
    value: v.string(),
    sortKey: v.optional(v.number()),
    family: v.optional(v.string()),
    partition: v.optional(v.string()),
    id: v.optional(v.string()),
    parts: v.optional(v.number()),
    stamp: v.optional(v.string()),
    size: v.optional(v.number()),
  })
    .index("by_ns_key", ["namespace", "key"])
    .index("by_ns_place", ["namespace", "family", "partition", "sortKey", "id"])
    .index("by_ns_order", ["namespace", "family", "sortKey", "partition", "id"]),

  // What was done last for each client that writes, so that a batch that is sent twice is applied once.
  pawl_lanes: defineTable({
    lane: v.string(),
    number: v.number(),
    outcome: v.string(),
    used: v.number(),
  })
    .index("by_lane", ["lane"])
    .index("by_used", ["used"]),
};

export default defineSchema(pawlTables);
