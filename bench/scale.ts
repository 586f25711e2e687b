/** `npm run bench [-- pure|explain]`: how the parts that must scale do; without a name, all. */
const BENCHES: Record<string, () => Promise<unknown>> = {
  pure: () => import('./pure-functions.ts'),
  explain: () => import('./explain.ts'),
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`${unknown} is none of ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) await BENCHES[name]?.();
