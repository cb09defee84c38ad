// Loads convex-test as it is, and lets the database in it be had: it has no export, and takes a look at every document for each query.

export const load = async (url, context, next) => {
  const module = await next(url, context);
  return url.endsWith("/convex-test/dist/index.js") ? { ...module, source: `${module.source}\nexport { DatabaseFake };\n` } : module;
};
