import type { Snapshot } from './model.ts';

/** A function that builds its index once for each snapshot, which nobody changes. */
export function oncePerSnapshot<T>(build: (snapshot: Snapshot) => T): (snapshot: Snapshot) => T {
  const built = new WeakMap<Snapshot, T>();
  return (snapshot) => {
    const index = built.get(snapshot) ?? build(snapshot);
    built.set(snapshot, index);
    return index;
  };
}
