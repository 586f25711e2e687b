/** A function that comes to its result once for each object it is given, which nobody changes. */
export function oncePer<Key extends object, Result>(
  build: (key: Key) => Result,
): (key: Key) => Result {
  const built = new WeakMap<Key, Result>();
  return (key) => {
    const result = built.get(key) ?? build(key);
    built.set(key, result);
    return result;
  };
}
