import type { Flow, SectionRecord } from '../explain/explanation.ts';

/** Where the way of an answer begins: of one that is lost, else of the first; null: there is none. */
export function answerWay({ sections }: Flow): number | null {
  const starts = sections.flatMap(({ end }) => end?.reply ?? []);
  return starts.find((start) => isLost(sections, start)) ?? starts[0] ?? null;
}

/** Whether any way from there ends in nothing. */
function isLost(sections: readonly SectionRecord[], start: number): boolean {
  const ways = new Set([start]);
  // Sections that follow are added while the set is gone through.
  for (const at of ways) {
    const section = sections[at];
    if (section?.end?.outcome === 'dropped') return true;
    for (const { section: next } of section?.next ?? []) ways.add(next);
  }
  return false;
}
