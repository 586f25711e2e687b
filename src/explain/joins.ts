import type { SectionRecord } from './explanation.ts';

/**
 * By section, the next one that every way from it comes to; sections whose ways end apart are not
 * there. These are the immediate postdominators of a graph without cycles (Cooper, Harvey and
 * Kennedy, A Simple, Fast Dominance Algorithm), which need one pass from the ends.
 */
export function joins(sections: readonly SectionRecord[], start: number): Map<number, number> {
  const found = new Map<number, number>();
  const depth = new Map<number, number>();
  for (const at of fromTheEnds(sections, start)) {
    const next = sections[at]?.next ?? [];
    let join = next[0]?.section;
    for (const { section } of next.slice(1)) {
      join = join === undefined ? undefined : common(join, section);
    }
    depth.set(at, join === undefined ? 0 : (depth.get(join) ?? 0) + 1);
    if (join !== undefined) found.set(at, join);
  }
  return found;

  function common(a: number, b: number): number | undefined {
    let [left, right]: (number | undefined)[] = [a, b];
    while (left !== right) {
      if (left === undefined || right === undefined) return undefined;
      if ((depth.get(left) ?? 0) >= (depth.get(right) ?? 0)) left = found.get(left);
      else right = found.get(right);
    }
    return left;
  }
}

/** Every section behind all that follow it. */
export function fromTheEnds(sections: readonly SectionRecord[], start: number): number[] {
  const order: number[] = [];
  const seen = new Set([start]);
  const open = [{ at: start, next: 0 }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const to = sections[top.at]?.next[top.next++]?.section;
    if (to === undefined) {
      order.push(top.at);
      open.pop();
    } else if (!seen.has(to)) {
      seen.add(to);
      open.push({ at: to, next: 0 });
    }
  }
  return order;
}
