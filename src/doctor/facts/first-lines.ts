/** More lines of evidence prove nothing more. */
const MOST_LINES = 10;

/** The first lines, and how many there are besides. */
export function firstLines(lines: readonly string[]): string[] {
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `and ${more} more`] : [...lines];
}
