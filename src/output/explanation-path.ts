import type { ChalkInstance } from 'chalk';
import type { PhaseRecord } from '../explain/explanation.ts';
import { foldAlike } from '../explain/fold-alike.ts';
import type { Step } from '../explain/tree.ts';
import { withoutIdle } from '../explain/without-idle.ts';
import { type Chains, chainsAt, chainsBehind } from './chain-depth.ts';
import { chanceText, endText, placeText, questionText } from './path-words.ts';
import { oneLine } from './sanitize.ts';
import type { TreeLine } from './tree.ts';

export interface PathOptions {
  /** With every rule's text, the ends of chains and what the kernel does. */
  all: boolean;
  colors: ChalkInstance;
}

/** More branches that chance decides on only `all` tells. */
const MOST_BRANCHES = 20;

/** What happens at one hook, or between hooks; the first line is its title. */
interface Block {
  hook: string | null;
  lines: TreeLine[];
}

/** The path as the lines of a tree: hooks, the chains in them, forks. */
export function pathLines(steps: readonly Step[], options: PathOptions): TreeLine[] {
  const told = foldAlike(options.all ? steps : withoutIdle(steps), (phase) =>
    tellsOf(phase, options),
  );
  return render(told, { hook: null, lines: [] }, [], options).flatMap(({ lines }) => lines);
}

/** What its lines have of a phase. */
function tellsOf({ hook, table, chain, purpose, ...rest }: PhaseRecord, { all }: PathOptions) {
  const { rule, line, unmatched, counters } = rest;
  const shown = [hook, table, chain, purpose];
  return all ? [...shown, rule, line, unmatched, counters] : shown;
}

function render(
  steps: readonly Step[],
  start: Block,
  inChains: Chains,
  options: PathOptions,
): Block[] {
  const blocks = [start];
  let chains = inChains;
  for (const step of steps) {
    const block = blocks.at(-1) ?? start;
    switch (step.kind) {
      case 'phase': {
        const { phase } = step;
        const own = block.hook === phase.hook && phase.hook !== null ? block : newBlock(phase);
        if (own !== block) blocks.push(own);
        if (phase.chain === null) {
          own.lines.push({ depth: phase.hook === null ? 0 : 1, text: oneLine(phase.purpose) });
        } else {
          chains = own === block ? chains : [];
          chains = chainsAt(phase, chains);
          own.lines.push(...ruleLines(phase, chains.length, options));
          chains = chainsBehind(phase, chains);
        }
        break;
      }
      case 'fork':
        if (step.at && step.at.hook !== block.hook) blocks.push(newBlock(step.at));
        else if (!step.at && block.lines.length > 0) blocks.push({ hook: null, lines: [] });
        chains = step.at ? chainsAt(step.at, blocks.at(-1) === block ? chains : []) : [];
        renderFork(step, blocks.at(-1) ?? start, chains, options);
        break;
      case 'end':
        blocks.push({ hook: null, lines: [{ depth: 0, text: oneLine(endText(step.end)) }] });
        break;
      case 'as-before':
        block.lines.push({
          depth: block.hook === null ? 1 : chains.length + 1,
          text: 'goes on as told before',
        });
    }
  }
  return blocks;
}

/** Adds the branches to the block. */
function renderFork(
  { at, question, branches }: Step & { kind: 'fork' },
  block: Block,
  chains: Chains,
  options: PathOptions,
): void {
  const depth = chains.length;
  // What follows the fork is then the way of the other answer.
  const isAside = question !== null && branches.length === 1;
  if (question) {
    const where = at?.chain ? `${options.colors.cyan(oneLine(placeText(at, depth)))}: ` : '';
    block.lines.push({ depth, text: `${where}${oneLine(questionText(question, branches))}` });
  }
  const isLong = question === null && !options.all && branches.length > MOST_BRANCHES;
  const shown = isLong ? branches.slice(0, MOST_BRANCHES) : branches;
  for (const branch of shown) {
    const title = question ? (branch.answer ?? '') : chanceText(branch);
    const titleDepth = question && !isAside ? depth + 1 : depth;
    if (!isAside) block.lines.push({ depth: titleDepth, text: oneLine(title) });
    const start = { hook: block.hook, lines: [] };
    const [here, ...later] = render(branch.steps, start, chains, options);
    append(block, under(titleDepth, here?.lines ?? [], depth));
    for (const { lines } of later) {
      append(
        block,
        lines.map((it) => ({ ...it, depth: it.depth + titleDepth + 1 })),
      );
    }
  }
  if (isLong) {
    const text = `… and ${branches.length - shown.length} more such, which -o json has`;
    block.lines.push({ depth, text });
  }
}

/** One by one: the arguments of a call have room for some ten thousand. */
function append({ lines }: Block, more: readonly TreeLine[]): void {
  for (const line of more) lines.push(line);
}

/** The lines of a branch below its title; what leaves the chain of the fork stays below it. */
function under(titleDepth: number, lines: readonly TreeLine[], forkDepth: number): TreeLine[] {
  let lowest = forkDepth;
  return lines.map(({ depth, text }) => {
    lowest = Math.min(lowest, depth);
    return { depth: titleDepth + 1 + depth - lowest, text };
  });
}

function newBlock({ hook }: PhaseRecord): Block {
  return { hook, lines: hook === null ? [] : [{ depth: 0, text: hook }] };
}

function ruleLines(phase: PhaseRecord, depth: number, { all, colors }: PathOptions): TreeLine[] {
  const { chain, purpose, rule, line, unmatched, counters } = phase;
  const where = colors.cyan(oneLine(placeText(phase, depth)));
  const lines: TreeLine[] = [{ depth, text: `${where}: ${oneLine(purpose)}` }];
  if (!all) return lines;
  if (unmatched > 0) {
    lines.unshift({ depth, text: colors.dim(`${unmatched} of ${chain} did not match`) });
  }
  if (rule !== null) {
    const counted = counters ? ` [${counters.packets}:${counters.bytes}]` : '';
    lines.push({ depth: depth + 1, text: colors.dim(oneLine(`${line}:${counted} ${rule}`)) });
  }
  return lines;
}
