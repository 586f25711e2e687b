/**
 * `npm run bench [-- pure|explain|explain-svc|snapshot]`: how the parts that must scale do, and what
 * must be quick; without a name, all. `snapshot` takes minutes, and 9 GB of disk.
 */
const BENCHES: Record<string, () => Promise<unknown>> = {
  pure: () => import('./pure-functions.ts'),
  explain: () => import('./explain.ts'),
  'explain-svc': () => import('./explain-svc.ts'),
  snapshot: () => import('./snapshot.ts'),
};

const names = process.argv.slice(2);
const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`${unknown} is none of ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) await BENCHES[name]?.();
