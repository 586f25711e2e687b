/** A function that comes to its result once for each object it is given, which nobody changes. */
export function oncePer<Key extends object, Result>(
  build: (key: Key) => Result,
): (key: Key) => Result {
  const built = new WeakMap<Key, { result: Result }>();
  return (key) => {
    const found = built.get(key) ?? { result: build(key) };
    built.set(key, found);
    return found.result;
  };
}
