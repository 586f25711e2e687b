/** A line of a tree. */
export interface TreeLine {
  /** 0: a root. */
  depth: number;
  text: string;
}

/** The lines with the branches of a tree before them; roots have none. */
export function drawTree(lines: readonly TreeLine[]): string[] {
  const goesOn: boolean[] = [];
  const drawn = lines.toReversed().map(({ depth, text }) => {
    if (depth === 0) {
      goesOn.length = 0;
      return text;
    }
    const own = goesOn[depth] ? '├─ ' : '└─ ';
    const outer = Array.from({ length: depth - 1 }, (_, i) => (goesOn[i + 1] ? '│  ' : '   '));
    // Behind this line, nothing deeper goes on.
    goesOn.length = depth + 1;
    goesOn[depth] = true;
    return `${outer.join('')}${own}${text}`;
  });
  return drawn.reverse();
}
