import type { Explanation, Flow, PhaseRecord } from '../../explain/explanation.ts';
import type { Branch, Step } from '../../explain/tree.ts';
import { drawnPath, isOfRule } from '../drawn-path.ts';
import { packetText, shortLines } from '../explanation-short.ts';
import { lookOf, lookOfFlow } from '../outcome-look.ts';
import { askText, chanceText, endText, placeText } from '../path-words.ts';
import { decidingOf, decidingRules, flowVerdict } from '../verdict-text.ts';
import { Chart, type Loose } from './chart.ts';
import { label } from './label.ts';

/** More branches of one fork are only counted. */
const MOST_BRANCHES = 8;

/** More of what loses packets only a document lists. */
const MOST_RULES = 10;

/**
 * The explanation as one flowchart of mermaid's: a packet's path from its box to the verdict; of several
 * packets each in a frame of its own. `all`: with every rule, and what is of no consequence.
 */
export function explanationMermaid(explanation: Explanation, { all }: { all: boolean }): string {
  const { flows } = explanation;
  const chart = new Chart();
  if (flows.length === 0) chart.box('note', shortLines(explanation), []);
  for (const [index, flow] of flows.entries()) {
    if (chart.isFull) {
      chart.box('note', [`and ${flows.length - index} more packets, which -o json has`], []);
      break;
    }
    const isFramed = flows.length > 1;
    if (isFramed) chart.line(`subgraph flow${index + 1} [${label(flow.node ?? packetText(flow))}]`);
    new FlowDrawing(chart, flow, all).draw();
    if (isFramed) chart.line('end');
  }
  return chart.toString();
}

/** One packet's path in a chart. */
class FlowDrawing {
  readonly #chart: Chart;
  readonly #flow: Flow;
  readonly #all: boolean;
  #ends: string[] = [];

  constructor(chart: Chart, flow: Flow, all: boolean) {
    this.#chart = chart;
    this.#flow = flow;
    this.#all = all;
  }

  draw(): void {
    const packet = this.#chart.box('packet', [packetText(this.#flow)], []);
    const steps = drawnPath(this.#flow, 0, { all: this.#all });
    const start = [{ from: packet, says: null }];
    if (steps?.length === 0) {
      this.#ends = [packet];
    } else if (steps) {
      this.#steps(steps, start, null);
    } else {
      const name = this.#chart.box('note', ['a path of too many forks: -o json has it'], start);
      this.#ends = [name];
    }
    // What all ends come to, where there is more than one, or more to say.
    const isSaid = this.#ends.length === 1 && steps && steps.length > 0;
    if (isSaid && lookOfFlow(this.#flow) === lookOf(this.#flow.verdict.outcome)) return;
    const ends = this.#ends.map((from) => ({ from, says: null }));
    const rules = decidingOf(this.#flow).flatMap(({ says, rule }) => [says, rule]);
    const texts = [
      flowVerdict(this.#flow),
      ...rules.filter((it) => it !== null).slice(0, MOST_RULES),
    ];
    this.#chart.box('end', texts, ends, lookOfFlow(this.#flow));
  }

  /** Draws the steps behind these; gives what leads on from the last. */
  #steps(steps: readonly Step[], from: Loose, hook: string | null): Loose {
    let loose = from;
    let at = hook;
    for (const step of steps) {
      if (this.#chart.isFull) {
        this.#note('the path goes on: -o json has it', loose);
        return [];
      }
      switch (step.kind) {
        case 'phase':
          loose = [{ from: this.#phase(step.phase, loose, at), says: null }];
          at = step.phase.hook;
          break;
        case 'fork':
          loose = this.#fork(step, loose, step.at?.hook ?? null);
          at = step.at?.hook ?? null;
          break;
        case 'end':
          this.#ends.push(
            this.#chart.box('end', [endText(step.end)], loose, lookOf(step.end.outcome)),
          );
          return [];
        case 'as-before':
          this.#note('goes on as told before', loose);
          return [];
      }
    }
    return loose;
  }

  #note(text: string, from: Loose): string {
    return this.#chart.box('note', [text], from);
  }

  #phase(phase: PhaseRecord, from: Loose, hook: string | null): string {
    const rules = decidingRules(this.#flow, 'first');
    const decides = rules.some((rule) => isOfRule(phase, rule));
    const { chain, rule, line, purpose } = phase;
    const lines = [purpose];
    if (chain !== null) lines.unshift(placeText(phase, 1));
    if (phase.hook !== null && phase.hook !== hook) lines.unshift(`${phase.hook}:`);
    if (decides) lines.push('this decides');
    if (rule !== null && (decides || this.#all)) {
      lines.push(line === null ? rule : `line ${line}: ${rule}`);
    }
    return this.#chart.box('step', lines, from, decides ? 'decides' : undefined);
  }

  #fork({ at, question, branches }: Step & { kind: 'fork' }, from: Loose, hook: string | null) {
    const place = at?.chain ? [placeText(at, 1)] : [];
    const text = question ? askText(question, branches) : 'one of several, by chance';
    const name = this.#chart.box(question ? 'question' : 'chance', [...place, text], from);
    const shown = branches.slice(0, MOST_BRANCHES);
    const loose = shown.flatMap((branch) => {
      const says = question ? branch.answer : chanceText(branch);
      return this.#steps(branch.steps, [{ from: name, says }], hook);
    });
    // What follows is then the way of the other answer.
    if (question && branches.length < 2) {
      return [...loose, { from: name, says: branches.length === 1 ? 'otherwise' : null }];
    }
    const more = branches.slice(MOST_BRANCHES);
    if (more.length === 0) return loose;
    const box = this.#note(moreText(more), [{ from: name, says: null }]);
    return [...loose, { from: box, says: null }];
  }
}

/** What is said of branches that are not drawn. */
function moreText(branches: readonly Branch[]): string {
  return `and ${branches.length} more, which -o json has`;
}
