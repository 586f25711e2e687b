import type { Fact, PhaseRecord, SectionEnd } from '../../explain/explanation.ts';
import type { Branch, Step } from '../../explain/tree.ts';
import { type Chains, chainsAt, chainsBehind } from '../chain-depth.ts';

/** What a row of the drawing tells. */
export type Told =
  | { kind: 'start' }
  | { kind: 'hook'; hook: string }
  | { kind: 'phase'; phase: PhaseRecord; depth: number }
  | {
      kind: 'fork';
      at: PhaseRecord | null;
      depth: number;
      question: Fact | null;
      branches: readonly Branch[];
    }
  /** `index` from 0; null: the way of the other answer, which has no end of its own. */
  | { kind: 'branch'; branch: Branch | null; index: number; of: number; byChance: boolean }
  | { kind: 'more'; count: number }
  | { kind: 'end'; end: SectionEnd }
  | { kind: 'as-before' }
  /** There are too many rows. */
  | { kind: 'cut' };

/** How the line of a way looks. */
export interface Look {
  /** 0: the trunk's. */
  color: number;
  /** Of all connections; null: not known. */
  share: number | null;
  /** It depends on a fact that is not known whether the packet goes this way. */
  isOpen: boolean;
}

/** A line from one lane to another, in the upper or the lower part of a row. */
export interface Line {
  from: number;
  to: number;
  look: Look;
}

/** A row of the drawing: what it tells, and the lines to its left. Lanes count from 0. */
export interface Row {
  told: Told;
  lane: number;
  look: Look;
  /** From its upper edge to the height of its dot. */
  upper: Line[];
  /** From there to its lower edge. */
  lower: Line[];
}

/** More branches of one fork are only counted. */
const MOST_BRANCHES = 12;

/** What comes behind this many rows is left out. */
const MOST_ROWS = 600;

/** Colours of branches, which come round again. */
export const COLORS = 6;

/** The steps as rows with parallel lanes: a fork opens lanes, what all come to takes them together. */
export function layLanes(steps: readonly Step[]): Row[] {
  const lanes = new Lanes();
  const trunk: Look = { color: 0, share: 1, isOpen: false };
  lanes.row({ kind: 'start' }, [], 0, trunk);
  lanes.lay(steps, { loose: [0], lane: 0, look: trunk, hook: null, chains: [] });
  return lanes.rows;
}

/** Where a way is. */
interface Place {
  /** The lanes that lead to its next row. */
  loose: readonly number[];
  lane: number;
  look: Look;
  hook: string | null;
  chains: Chains;
}

class Lanes {
  readonly rows: Row[] = [];
  /** The lanes that a row has to let pass, with how they look. */
  readonly #live = new Map<number, Look>();
  #colors = 0;
  #isCut = false;

  /** Lays the steps behind this place; gives the lanes that lead on from the last. */
  lay(steps: readonly Step[], start: Place): readonly number[] {
    let { loose, look, hook, chains } = start;
    const { lane } = start;
    const row = (told: Told, isEnd = false) => {
      this.row(told, loose, lane, look, isEnd);
      loose = isEnd ? [] : [lane];
    };
    for (const step of steps) {
      if (this.#isCut) return loose;
      if (this.rows.length >= MOST_ROWS) {
        this.#isCut = true;
        row({ kind: 'cut' }, true);
        return loose;
      }
      const at = step.kind === 'phase' ? step.phase : step.kind === 'fork' ? step.at : undefined;
      if (at !== undefined) {
        const isNew = at !== null && at.hook !== null && at.hook !== hook;
        if (isNew) row({ kind: 'hook', hook: at.hook ?? '' });
        if (isNew || at === null) chains = [];
        hook = at?.hook ?? null;
        chains = at && at.chain !== null ? chainsAt(at, chains) : chains;
      }
      switch (step.kind) {
        case 'phase':
          row({ kind: 'phase', phase: step.phase, depth: step.phase.chain ? chains.length : 0 });
          chains = chainsBehind(step.phase, chains);
          break;
        case 'fork':
          row({ ...step, depth: chains.length });
          loose = this.#fork(step, { loose, lane, look, hook, chains });
          if (hasAside(step)) look = openLook(look);
          break;
        case 'end':
          row({ kind: 'end', end: step.end }, true);
          return loose;
        case 'as-before':
          row({ kind: 'as-before' }, true);
          return loose;
      }
    }
    return loose;
  }

  /** Adds a row in this lane, which the loose ones lead to. */
  row(told: Told, loose: readonly number[], lane: number, look: Look, isEnd = false): void {
    const upper = loose.flatMap((from) => {
      const line = this.#live.get(from);
      return line ? [{ from, to: lane, look: line }] : [];
    });
    for (const from of loose) this.#live.delete(from);
    const passing = [...this.#live].map(([at, line]) => ({ from: at, to: at, look: line }));
    const own = isEnd ? [] : [{ from: lane, to: lane, look }];
    const lower = [...passing, ...own];
    this.rows.push({ told, lane, look, upper: [...passing, ...upper], lower });
    if (!isEnd) this.#live.set(lane, look);
  }

  /** Opens lanes for the branches of the fork in the last row, and lays them one below another. */
  #fork({ question, branches }: Step & { kind: 'fork' }, place: Place): readonly number[] {
    const { lane, look } = place;
    // What follows is then the way of the other answer, in the lane of the fork.
    const goesOn = hasAside({ question, branches });
    if (branches.length === 0) return [lane];
    const shown = branches.slice(0, MOST_BRANCHES);
    const left = branches.length - shown.length;
    this.#live.delete(lane);
    const other = openLook(look);
    if (goesOn) this.#live.set(lane, other);
    const looks = shown.map(({ share }) => this.#branchLook(look, share, question !== null));
    const rest: Look = { ...look, share: null };
    const opened = [...looks, ...(left > 0 ? [rest] : [])].map((own) => {
      const free = this.#freeLane(lane);
      this.#live.set(free, own);
      return { lane: free, look: own };
    });
    this.#openFrom(lane, goesOn ? [{ lane, look: other }, ...opened] : opened);
    const ends = opened.flatMap((own, index) => {
      if (this.#isCut) return [];
      const branch = shown[index];
      if (!branch) {
        this.row({ kind: 'more', count: left }, [own.lane], own.lane, own.look);
        return [own.lane];
      }
      const told = { branch, index, of: branches.length, byChance: question === null };
      this.row({ kind: 'branch', ...told }, [own.lane], own.lane, own.look);
      return this.lay(branch.steps, { ...place, ...own, loose: [own.lane] });
    });
    if (!goesOn || this.#isCut) return ends;
    const told = { branch: null, index: 1, of: 2, byChance: false };
    this.row({ kind: 'branch', ...told }, [...ends, lane], lane, other);
    return [lane];
  }

  /** In the last row, lines from its dot to the lanes that begin there. */
  #openFrom(lane: number, opened: readonly { lane: number; look: Look }[]): void {
    const last = this.rows.at(-1);
    if (!last) return;
    const passing = last.lower.filter(({ to }) => to !== lane);
    last.lower = [...passing, ...opened.map(({ lane: to, look }) => ({ from: lane, to, look }))];
  }

  #branchLook({ share: all, isOpen }: Look, share: number | null, isAsked: boolean): Look {
    const color = 1 + (this.#colors++ % COLORS);
    const part = all === null || share === null ? null : all * share;
    return { color, share: part, isOpen: isOpen || isAsked };
  }

  /** The next lane to the right, or this one, that nothing goes through. */
  #freeLane(from: number): number {
    let lane = from;
    while (this.#live.has(lane)) lane++;
    return lane;
  }
}

/** Whether one answer's way is an aside, and what follows the fork is the other's. */
function hasAside({ question, branches }: Pick<Step & { kind: 'fork' }, 'question' | 'branches'>) {
  return question !== null && branches.length === 1;
}

function openLook({ color }: Look): Look {
  return { color, share: null, isOpen: true };
}
