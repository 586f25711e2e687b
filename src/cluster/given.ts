/** An object with this key, or none where there is no value for it. */
export function given<K extends string, T>(key: K, value: T | null | undefined) {
  return value ? ({ [key]: value } as Record<K, T>) : {};
}
