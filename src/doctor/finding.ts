import type { Fix } from '../explain/explanation.ts';
import type { Mend } from '../plan/mend.ts';

/** `info`: a fact that is true of a healthy cluster, too. */
export type Severity = 'error' | 'warning' | 'info';

export const SEVERITIES = ['info', 'warning', 'error'] as const satisfies readonly Severity[];

/** The first digit of a code says its area. */
export const AREAS = {
  1: 'cluster',
  2: 'service',
  3: 'node',
  4: 'rules',
  5: 'calico',
  6: 'reach',
  7: 'metallb',
} as const;

export type Area = (typeof AREAS)[keyof typeof AREAS];

/** e.g. `EXT203`. */
export type Code = `EXT${keyof typeof AREAS}${number}`;

/** What a check found, without what is the same of all that it finds. */
export interface Found {
  /** e.g. `service/default/web`, `node/k0`, `ip/20.1.0.167`, `cluster`. */
  object: string;
  /** Other objects that it is about, named in the same way. */
  touches?: readonly string[];
  /** What is so, why it matters. */
  message: string;
  /** The facts that prove it, each with where it is from, e.g. `k0 ip-addr.json: …`. */
  evidence: readonly string[];
  fix: Fix | null;
  /** The fix as a change that `--fix` can make. */
  mend?: Mend;
}

/** Something that is proven to be so. */
export interface Finding extends Found {
  code: Code;
  severity: Severity;
}

/** The area that a code is of. */
export function areaOf(code: Code): Area {
  return AREAS[Number(code[3]) as keyof typeof AREAS];
}
