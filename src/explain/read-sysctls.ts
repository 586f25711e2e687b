/** Reads what `sysctl` prints, `name = value` a line, by name; what is no such line is left out. */
export function readSysctls(text: string): ReadonlyMap<string, string> {
  const lines = text.matchAll(/^\s*([^\s=]+)\s*=[ \t]*(.*?)\s*$/gm);
  return new Map(Array.from(lines, ([, name = '', value = '']) => [name, value]));
}
