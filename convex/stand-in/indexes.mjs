// Indexes for the database of convex-test, which else sorts a whole table for each query. What they answer is what it would answer.

import { compareValues, jsonToConvex } from "convex/values";

const tables = new WeakMap();

// Most of what is compared is the same text: a namespace, a family.
const compare = (one, other) => (one === other && one !== 0 ? 0 : compareValues(one, other));

const order = (fields) => (one, other) => {
  for (const field of fields) {
    const compared = compare(one[field], other[field]);
    if (compared !== 0) return compared;
  }
  return 0;
};

// Where the first document is that is not before.
const search = (documents, isBefore) => {
  let low = 0;
  let high = documents.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(documents[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
};

// -1 in front of a range, 0 in it, 1 behind it. A range has equal fields, in the order of the index, and then bounds of one.
const beside = (document, range) => {
  for (const { type, fieldPath, value } of range) {
    const compared = compare(document[fieldPath], value);
    if (type === "Eq" && compared !== 0) return compared;
    if (type === "Gt" && compared <= 0) return -1;
    if (type === "Gte" && compared < 0) return -1;
    if (type === "Lt" && compared >= 0) return 1;
    if (type === "Lte" && compared > 0) return 1;
  }
  return 0;
};

const decode = (value) => (value?.$undefined === undefined ? jsonToConvex(value) : undefined);

const tableOf = (id) => id.replace(/^\d+/, "");

const indexesOf = (database) => {
  if (!tables.has(database)) {
    const all = new Map();
    for (const [table, { indexes }] of database._schema.tables) {
      all.set(
        table,
        new Map(
          indexes.map(({ indexDescriptor, fields }) => {
            const whole = [...fields, "_creationTime", "_id"];
            return [indexDescriptor, { fields: whole, compare: order(whole), documents: [] }];
          }),
        ),
      );
    }
    tables.set(database, all);
  }
  return tables.get(database);
};

const change = (database, id, before, after) => {
  for (const { compare, documents } of indexesOf(database).get(tableOf(id))?.values() ?? []) {
    if (before !== undefined) documents.splice(search(documents, (document) => compare(document, before) < 0), 1);
    if (after !== null) documents.splice(search(documents, (document) => compare(document, after) < 0), 0, after);
  }
};

export const install = (DatabaseFake) => {
  const { _resolveQuerySource: slowly, commit } = DatabaseFake.prototype;

  DatabaseFake.prototype.commit = function (time) {
    if (this._writes.length !== 1) return commit.call(this, time);
    const ids = Object.keys(this._writes[0]);
    const before = ids.map((id) => this._documents[id]);
    commit.call(this, time);
    ids.forEach((id, n) => change(this, id, before[n], this._documents[id] ?? null));
  };

  DatabaseFake.prototype._resolveQuerySource = function (query) {
    const { source, operators } = query;
    const [table, name] = source.type === "IndexRange" ? source.indexName.split(".") : [];
    const index = indexesOf(this).get(table)?.get(name);
    if (index === undefined) return slowly.call(this, query);
    const range = source.range.map(({ type, fieldPath, value }) => ({ type, fieldPath, value: decode(value) }));
    const compare = (document) => beside(document, range);
    const { documents, fields } = index;
    const from = search(documents, (document) => compare(document) < 0);
    const to = search(documents, (document) => compare(document) <= 0);
    const backwards = source.order === "desc";
    const limit = operators.find((operator) => "limit" in operator)?.limit ?? Infinity;
    const filtered = operators.some((operator) => "filter" in operator);
    const own = new Map();
    for (const layer of this._writes) for (const [id, written] of Object.entries(layer)) own.set(id, written);
    const concerned = [...own.values()].filter((written) => written !== null && tableOf(written._id) === table && compare(written) === 0);
    const most = filtered ? Infinity : limit + own.size;
    let found = backwards ? documents.slice(Math.max(from, to - most), to).reverse() : documents.slice(from, Math.min(to, from + most));
    if (own.size > 0) {
      found = found.filter(({ _id }) => !own.has(_id)).concat(concerned);
      found.sort((one, other) => index.compare(one, other) * (backwards ? -1 : 1));
    }
    return { sortedDocs: found, filterFn: filtered ? slowly.call(this, query).filterFn : () => true, limit: limit === Infinity ? null : limit, fieldPathsToSortBy: fields, order: backwards ? "desc" : "asc" };
  };
};
