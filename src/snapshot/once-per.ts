/** A function that builds its index once for each snapshot or cluster, which nobody changes. */
export function oncePer<Key extends object, Index>(
  build: (key: Key) => Index,
): (key: Key) => Index {
  const built = new WeakMap<Key, Index>();
  return (key) => {
    const index = built.get(key) ?? build(key);
    built.set(key, index);
    return index;
  };
}
