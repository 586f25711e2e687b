import type { OutcomeLook } from '../outcome-look.ts';
import { label } from './label.ts';

/** What mermaid refuses is more than 50,000 characters, and more than 500 edges. */
const MOST_CHARACTERS = 40_000;
const MOST_EDGES = 400;

/** How a box looks, by what it stands for. */
const SHAPES = {
  packet: ['([', '])'],
  step: ['[', ']'],
  chance: ['{', '}'],
  question: ['{{', '}}'],
  end: ['([', '])'],
  note: ['[', ']'],
} as const;

const STYLES: Readonly<Record<string, string>> = {
  packet: 'fill:#e8eef6,stroke:#33557a,color:#14283d',
  step: 'fill:#ffffff,stroke:#7b8794,color:#1f2933',
  decides: 'fill:#fff3c4,stroke:#b44d12,color:#3d1a06,stroke-width:3px',
  note: 'fill:#f5f7fa,stroke:#9aa5b1,color:#3e4c59,stroke-dasharray:4',
  good: 'fill:#d9f2df,stroke:#1a7f37,color:#0b3d18',
  lost: 'fill:#fde0de,stroke:#b3261e,color:#5c110c',
  open: 'fill:#fff0c2,stroke:#8f6400,color:#453000',
};

type Look = 'decides' | OutcomeLook;

/** Ends of the ways that lead to the next box, each with what is said on the line. */
export type Loose = readonly { from: string; says: string | null }[];

/** A flowchart while it is written, no larger than mermaid takes. */
export class Chart {
  readonly #lines: string[] = [];
  #characters = 0;
  #boxes = 0;
  #edges = 0;

  /** Whether there is no room for more than the end of a way. */
  get isFull(): boolean {
    return this.#characters > MOST_CHARACTERS || this.#edges > MOST_EDGES;
  }

  /** Adds a box, and lines to it from all these; gives its name. */
  box(shape: keyof typeof SHAPES, texts: readonly string[], from: Loose, look?: Look): string {
    const name = `n${this.#boxes++}`;
    const [open, close] = SHAPES[shape];
    this.line(`${name}${open}${label(...texts)}${close}:::${look ?? ownStyle(shape)}`);
    for (const { from: other, says } of from) {
      this.line(`${other} -->${says === null ? '' : `|${label(says)}|`} ${name}`);
      this.#edges++;
    }
    return name;
  }

  line(text: string): void {
    this.#lines.push(`  ${text}`);
    this.#characters += text.length;
  }

  toString(): string {
    const styles = Object.entries(STYLES).map(([name, style]) => `  classDef ${name} ${style}`);
    return ['flowchart TB', ...this.#lines, ...styles, ''].join('\n');
  }
}

function ownStyle(shape: keyof typeof SHAPES): string {
  return shape === 'chance' || shape === 'question' || shape === 'end' ? 'step' : shape;
}
