// What the functions of Pawl in pawl.ts have in common: who may call, rows with their values, and what one function may read. Goes beside that file.

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
export type Reading = GenericQueryCtx<Model>;
export type Writing = GenericMutationCtx<Model>;
export type Doc = Model["zaileys_kv"]["document"];
type Content = Omit<Doc, "_id" | "_creationTime">;

export const query = queryGeneric as QueryBuilder<Model, "public">;
export const mutation = mutationGeneric as MutationBuilder<Model, "public">;

// What a deployment has of it: the settings that its owner makes.
declare const process: { env: Record<string, string | undefined> };

const SHORTEST_SECRET = 32;
export const MEBIBYTE = 1 << 20;
// Bytes of the longest document that we write. Convex takes 1 MiB; what it counts for names and numbers is less than the difference.
const LONGEST_DOCUMENT = 1_000_000;
// UTF-16 units of a part: at most 750,000 bytes.
const PART = 250_000;
// Bytes of parts that go in the batch that drops them.
const DROPPED_AT_ONCE = MEBIBYTE;
// Bytes of rows that are not too much for a batch. Convex stops it at 16 MiB, and what is replaced or deleted is read a second time for that.
const BATCH_BYTES = 6 * MEBIBYTE;
const BATCH_READS = 14;
// What one step reads, or removes, where it may end earlier and go on in another.
export const STEP_BYTES = 6 * MEBIBYTE;
const DAY = 24 * 60 * 60 * 1000;
const MAX_ORDER = Number.MAX_SAFE_INTEGER;

// Who calls --------------------------------------------------------------------------------------------------------------------------------

export const secret = v.optional(v.string());

// Takes as long for a wrong secret as for the right one.
function same(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let i = 0; i < wanted.length; i++) difference |= wanted.charCodeAt(i) ^ given.charCodeAt(i % Math.max(given.length, 1));
  return difference === 0;
}

export async function admit(ctx: Reading | Writing, given: string | undefined): Promise<void> {
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

export const cloud = (): string | null => process.env.CONVEX_CLOUD_URL ?? null;

// Sizes --------------------------------------------------------------------------------------------------------------------------------------

// One for all: a batch asks this for thousands of texts, and Convex counts the time.
const utf8 = new TextEncoder();

export const bytes = (text: string): number => utf8.encode(text).length;

// Bytes of a document as Convex counts them, or a few more.
export const weight = (row: Content): number =>
  [row.namespace, row.key, row.value, row.family, row.partition, row.id, row.stamp].reduce((sum, text) => sum + bytes(text ?? ""), 200);

// What a step has room for. The first thing always fits: a step that does nothing would be repeated for ever.
export class Room {
  private used = 0;

  constructor(private readonly most: number) {}

  fits(size: number): boolean {
    if (this.used > 0 && this.used + size > this.most) return false;
    this.used += size;
    return true;
  }
}

// Rows and their values ----------------------------------------------------------------------------------------------------------------------

export const find = (ctx: Reading | Writing, namespace: string, key: string): Promise<Doc | null> =>
  ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_key", (q) => q.eq("namespace", namespace).eq("key", key))
    .unique();

export const partsOf = (ctx: Reading | Writing, namespace: string, stamp: string) =>
  ctx.db
    .query("zaileys_kv")
    .withIndex("by_ns_key", (q) => q.eq("namespace", namespace).gte("key", `pawl:part:${stamp}:`).lt("key", `pawl:part:${stamp};`));

// Not -0, which an index has in front of 0.
export const isOrder = (sortKey: number | undefined): boolean => Number.isSafeInteger(sortKey) && sortKey! >= 0 && !Object.is(sortKey, -0);

// The rows that zaileys wrote and no index has in its place: without any column of ours, or in a family with an order below all or above all.
export const misplaced = (ctx: Reading, namespace: string, family: string | undefined, above: boolean) =>
  ctx.db.query("zaileys_kv").withIndex("by_ns_order", (q) => {
    const rows = q.eq("namespace", namespace).eq("family", family);
    if (family === undefined) return rows;
    return above ? rows.gt("sortKey", MAX_ORDER) : rows.lt("sortKey", 0);
  });

// zaileys knows no parts: where it wrote a row again there is a value, and the parts are no more its own.
export const isCut = (row: Doc): row is Doc & { parts: number; stamp: string } =>
  row.value === "" && row.parts !== undefined && row.stamp !== undefined;

// Bytes that are read for a row and its value.
export const cost = (row: Doc): number => weight(row) + (isCut(row) ? (row.size ?? 0) : 0);

export async function whole(ctx: Reading | Writing, row: Doc): Promise<string> {
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

// The row with its value in parts of its own.
export async function cut(ctx: Writing, row: Content, family: string, stamp: string): Promise<Content> {
  const parts = pieces(row.value);
  for (let n = 0; n < parts.length; n++) {
    const name = String(n).padStart(2, "0");
    await ctx.db.insert("zaileys_kv", {
      namespace: row.namespace,
      key: `pawl:part:${stamp}:${name}`,
      value: parts[n],
      sortKey: n,
      family: "part",
      partition: family,
      id: `${stamp}:${name}`,
    });
  }
  return { ...row, value: "", parts: parts.length, stamp, size: bytes(row.value) };
}

// A name for parts of a row that is cut where it stands, which it has never had before.
export const own = (row: Doc): string => `${row._id}:${Math.random().toString(36).slice(2)}`;

// Stores a row, with its value beside it where a document cannot hold both.
export async function store(ctx: Writing, row: Content & { family: string }, old: Doc | null, stamp: string): Promise<void> {
  const head = weight(row) > LONGEST_DOCUMENT ? await cut(ctx, row, row.family, stamp) : row;
  if (old === null) await ctx.db.insert("zaileys_kv", head);
  else await ctx.db.replace(old._id, head);
}

// What a batch may still drop with its rows; the rest becomes garbage.
export class Dropping {
  private left = DROPPED_AT_ONCE;
  garbage = false;

  constructor(private readonly ctx: Writing) {}

  // Drops the parts of a row that is deleted or replaced, also those that it has no more since zaileys wrote it.
  async partsOf(row: Doc): Promise<void> {
    if (row.parts === undefined || row.stamp === undefined) return;
    this.left -= row.size ?? 0;
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

// The rows of a batch, read by name. As many at once as surely are no more than Convex lets a function read, when each is as long as a document can be.
export class Rows {
  private readonly rows = new Map<string, Doc | null>();
  private read = 0;

  constructor(
    private readonly ctx: Writing,
    private readonly namespace: string,
  ) {}

  async load(keys: string[]): Promise<void> {
    const wanted = [...new Set(keys)].filter((key) => !this.rows.has(key));
    for (let at = 0; at < wanted.length; ) {
      const some = wanted.slice(at, at + Math.max(1, BATCH_READS - Math.ceil(this.read / MEBIBYTE)));
      const found = await Promise.all(some.map((key) => find(this.ctx, this.namespace, key)));
      found.forEach((row, n) => this.rows.set(some[n], row));
      this.spend(found.reduce((sum, row) => sum + (row === null ? 0 : weight(row)), 0));
      at += some.length;
    }
  }

  get(key: string): Doc | null {
    return this.rows.get(key) ?? null;
  }

  // Counts what is read beside the rows themselves.
  spend(size: number): void {
    this.read += size;
    if (this.read > BATCH_BYTES) throw new ConvexError({ pawl: "much" });
  }
}

// Places in an index ---------------------------------------------------------------------------------------------------------------------

export const place = v.object({ order: v.number(), partition: v.string(), id: v.string(), inclusive: v.boolean() });

export type Place = { order: number; partition: string; id: string; inclusive: boolean };
export type Field = "sortKey" | "partition" | "id";
// With fewer values than there are fields it is about everything that begins with them.
export type End = { values: (string | number)[]; inclusive: boolean };
type Bound = { value: string | number; inclusive: boolean };
type Range = { equal: [Field, string | number][]; field?: Field; above?: Bound; below?: Bound };

// Cuts what lies between two places of an index into ranges of it, in order: only the last field of a range can have bounds.
export function between(fields: Field[], equal: Range["equal"], lower: End | null, upper: End | null): Range[] {
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
export async function isForeign(ctx: Reading, namespace: string, family: string): Promise<boolean> {
  for (const rows of [misplaced(ctx, namespace, undefined, false), misplaced(ctx, namespace, family, false), misplaced(ctx, namespace, family, true)])
    if ((await rows.first()) !== null) return true;
  return false;
}

// Once -----------------------------------------------------------------------------------------------------------------------------------------

export const turn = { lane: v.string(), number: v.number(), attempt: v.number() };

type Turn = { lane: string; number: number; attempt: number };
type Outcome = { conflict?: number; garbage?: boolean; done?: boolean };

// Does something once for each number of a lane, however often it is asked for, and says each time what came of it.
export async function once(ctx: Writing, { lane, number, attempt }: Turn, action: () => Promise<Outcome>): Promise<Outcome & { lost?: boolean }> {
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
export const check = v.object({ key: v.string(), value: v.optional(v.string()), never: v.optional(v.boolean()) });

type Check = { key: string; value?: string; never?: boolean };

async function holds(ctx: Writing, rows: Rows, wanted: Check): Promise<boolean> {
  const row = rows.get(wanted.key);
  if (wanted.never) return false;
  if (row === null || wanted.value === undefined) return row === null && wanted.value === undefined;
  if (!isCut(row)) return row.value === wanted.value;
  if (row.size !== bytes(wanted.value)) return false;
  rows.spend(row.size);
  return (await whole(ctx, row)) === wanted.value;
}

// The place of the first check that fails, if one does.
export async function conflict(ctx: Writing, rows: Rows, checks: Check[]): Promise<number | undefined> {
  await rows.load(checks.map(({ key }) => key));
  for (let i = 0; i < checks.length; i++) if (!(await holds(ctx, rows, checks[i]))) return i;
  return undefined;
}
