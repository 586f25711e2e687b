import type { ChalkInstance } from 'chalk';
import type { Fact, PhaseRecord, SectionEnd } from '../explain/explanation.ts';
import type { Branch, Step } from '../explain/tree.ts';
import { withoutIdle } from '../explain/without-idle.ts';
import { shareText } from '../explain/words/share.ts';
import { verdictText } from './explanation-short.ts';
import { oneLine } from './sanitize.ts';
import type { TreeLine } from './tree.ts';

export interface PathOptions {
  /** With every rule's text, the ends of chains and what the kernel does. */
  all: boolean;
  colors: ChalkInstance;
}

/** What happens at one hook, or between hooks; the first line is its title. */
interface Block {
  hook: string | null;
  lines: TreeLine[];
}

/** The chains that a packet is in, the base chain first. */
type Chains = readonly string[];

/** The path as the lines of a tree: hooks, the chains in them, forks. */
export function pathLines(steps: readonly Step[], options: PathOptions): TreeLine[] {
  return render(
    options.all ? steps : withoutIdle(steps),
    { hook: null, lines: [] },
    [],
    options,
  ).flatMap(({ lines }) => lines);
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
          if (phase.action === 'jump' || phase.action === 'goto') {
            chains = [...chains, chainKey(phase, phase.effect)];
          }
        }
        break;
      }
      case 'fork':
        if (step.at && step.at.hook !== block.hook) blocks.push(newBlock(step.at));
        else if (!step.at && block.lines.length > 0) blocks.push({ hook: null, lines: [] });
        chains = step.at ? chainsAt(step.at, blocks.at(-1) === block ? chains : []) : [];
        blocks.push(...renderFork(step, blocks.at(-1) ?? start, chains, options));
        break;
      case 'end':
        blocks.push({ hook: null, lines: [{ depth: 0, text: oneLine(endText(step.end)) }] });
        break;
      case 'as-before':
        block.lines.push({ depth: chains.length + 1, text: 'goes on as told before' });
    }
  }
  return blocks;
}

/** Adds the branches to the block; what all of them do alike in the end comes behind them, once. */
function renderFork(
  { at, question, branches }: Step & { kind: 'fork' },
  block: Block,
  chains: Chains,
  options: PathOptions,
): Block[] {
  const depth = chains.length;
  const rendered = branches.map(({ steps }) =>
    render(steps, { hook: block.hook, lines: [] }, chains, options),
  );
  const alike = question ? 0 : countAlike(rendered);
  // What follows the fork is then the way of the other answer.
  const isAside = question !== null && branches.length === 1;
  if (question) {
    const where = at?.chain ? `${options.colors.cyan(oneLine(placeText(at, depth)))}: ` : '';
    block.lines.push({ depth, text: `${where}${oneLine(questionText(question, branches))}` });
  }
  for (const [index, branch] of branches.entries()) {
    const title = question ? (branch.answer ?? '') : chanceText(branch);
    const titleDepth = question && !isAside ? depth + 1 : depth;
    if (!isAside) block.lines.push({ depth: titleDepth, text: oneLine(title) });
    const [here, ...later] = rendered[index] ?? [];
    append(block, under(titleDepth, here?.lines ?? [], depth));
    for (const { lines } of later.slice(0, later.length - alike)) {
      append(
        block,
        lines.map((it) => ({ ...it, depth: it.depth + titleDepth + 1 })),
      );
    }
  }
  const [first = []] = rendered;
  return alike > 0 ? first.slice(-alike) : [];
}

function questionText({ fact }: Fact, [only, ...others]: readonly Branch[]): string {
  if (!only) return `${fact}: taken to be so`;
  if (others.length > 0) return `${fact}?`;
  const condition = { yes: 'so', no: 'not' }[only.answer ?? ''] ?? `it is ${only.answer}`;
  return `${fact}? If ${condition}:`;
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

/** How many blocks at the end are the same in all branches. */
function countAlike(branches: readonly Block[][]): number {
  const [first = [], ...others] = branches.map((blocks) => blocks.slice(1).toReversed());
  const differs = first.findIndex((block, at) =>
    others.some((other) => JSON.stringify(other[at]) !== JSON.stringify(block)),
  );
  return differs < 0 ? first.length : differs;
}

function newBlock({ hook }: PhaseRecord): Block {
  return { hook, lines: hook === null ? [] : [{ depth: 0, text: hook }] };
}

function chainKey({ hook, table }: PhaseRecord, chain: string | null): string {
  return `${hook} ${table} ${chain}`;
}

function chainsAt(phase: PhaseRecord, chains: Chains): Chains {
  const key = chainKey(phase, phase.chain);
  const at = chains.lastIndexOf(key);
  return at < 0 ? [key] : chains.slice(0, at + 1);
}

/** Of a base chain with its table. */
function placeText({ table, chain }: PhaseRecord, depth: number): string {
  return depth === 1 ? `${table} ${chain}` : `${chain}`;
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

function chanceText({ share, answer }: Branch): string {
  if (share === null) return answer ?? '';
  return `${shareText(share)} of the connections`;
}

function endText({ outcome, reason, leg }: SectionEnd): string {
  const text = verdictText({ outcome, reason, rule: null });
  return leg === 'first' ? text : `the answer is ${text}`;
}
