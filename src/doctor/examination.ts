import type { Evidence } from '../explain/evidence.ts';
import { type ExaminedNode, Findings } from '../explain/findings.ts';
import { addressesOf } from '../explain/origins.ts';
import { type Target, targetsOf } from '../explain/targets.ts';
import type { Family } from '../net/ip.ts';
import type { Mend } from '../plan/mend.ts';
import type { NodeState } from '../snapshot/model.ts';
import type { NodeFiles } from '../snapshot/node-files.ts';
import type { Check, ClusterCheck, NodeCheck } from './check.ts';
import type { ClusterSnapshot } from './cluster-snapshot.ts';
import { AREAS, areaOf, type Code, type Finding, type Found, SEVERITIES } from './finding.ts';
import type { Diagnosis, DoctorReport } from './report.ts';
import { isAbout, type Scope } from './scope.ts';
import { isChosen, isIgnored, type Selection } from './selection.ts';
import { whyMissing, whyUnread } from './unread-inputs.ts';

const EVERYTHING = { kind: 'everything' } as const;

/**
 * Takes in one node after another, in any order, and says in the end all that is wrong. Of a node's files
 * nothing is kept.
 */
export class Examination {
  readonly #cluster: ClusterSnapshot;
  readonly #selection: Selection;
  readonly #findings: Findings;
  readonly #checks: readonly Check[];
  readonly #found: Finding[] = [];
  readonly #skipped: DoctorReport['skipped'] = [];
  /** Checks for which at least one node had all that they need. */
  readonly #known = new Set<Code>();
  /** By code: what was not known for it. */
  readonly #unknown = new Map<Code, Set<string>>();

  constructor(cluster: ClusterSnapshot, checks: readonly Check[], selection: Selection) {
    this.#cluster = cluster;
    this.#selection = selection;
    const targets = targetsOf(cluster.cluster, EVERYTHING);
    const byIp = Map.groupBy(targets, ({ ip }) => ip?.text ?? '');
    this.#findings = new Findings(cluster.cluster, {
      targets,
      families: familiesOf(cluster),
      origins: [{ kind: 'external', addresses: [], node: null }],
      // On all others packets for it are not what somebody outside sends.
      walkedOn: (state) => heldBy(state, byIp),
    });
    this.#checks = checks.filter((check) => this.#isToBeMade(check));
  }

  /** Skips what has nothing to look at, and notes what cannot be known. */
  #isToBeMade(check: Check): boolean {
    if (!isChosen(this.#selection, check.code)) return false;
    const reason = check.skips?.(this.#cluster) ?? null;
    if (reason !== null) {
      this.#skipped.push({ code: check.code, reason });
      return false;
    }
    const unread = whyUnread(this.#cluster, check);
    if (unread !== null) this.#note(check, unread);
    return unread === null || check.standsInPart === true;
  }

  /** Makes the checks of one node. */
  add(state: NodeState, files: NodeFiles): void {
    const node = this.#findings.add(state, files);
    for (const check of this.#checks) {
      if (!this.#isKnown(check, state, node)) continue;
      this.#known.add(check.code);
      if (isOfNode(check) && node) this.#keep(check, check.findOn(node, this.#cluster));
    }
  }

  /** Whether the node has all that the check needs; one that is not known is noted. */
  #isKnown(check: Check, state: NodeState, node: ExaminedNode | null): boolean {
    const needed = isOfNode(check) ? check.ofNode : check.ofNodes;
    for (const input of needed) {
      const why = node ? whyMissing(node, input) : `it is ${state.status}`;
      if (why === null) continue;
      this.#note(check, `${state.name}: ${why}`);
      return false;
    }
    return true;
  }

  /** All that was found about what was asked. */
  diagnosis(scope: Scope): Diagnosis {
    const evidence = this.#findings.evidence(EVERYTHING);
    for (const check of this.#checks) {
      if (!isOfNode(check)) this.#findIn(evidence, check);
    }
    for (const check of this.#checks) {
      const isEnough = isOfNode(check) && check.isOneEnough === true;
      if (isEnough && this.#known.has(check.code)) this.#unknown.delete(check.code);
    }
    const found = this.#found.filter(isAbout(scope, evidence.snapshot)).sort(compare);
    const count = (severity: Finding['severity']) =>
      found.filter((finding) => finding.severity === severity).length;
    const failed = new Set(this.#found.map(({ code }) => code));
    const passed = this.#checks.filter(({ code }) => !failed.has(code) && !this.#unknown.has(code));
    const report: DoctorReport = {
      subject: subjectOf(scope),
      findings: found.map(({ mend: _, ...finding }) => ({
        ...finding,
        docs: docsOf(finding.code),
      })),
      skipped: this.#skipped,
      unknown: [...this.#unknown]
        .map(([code, reasons]) => ({ code, reason: [...reasons].join('; ') }))
        .sort((a, b) => (a.code < b.code ? -1 : 1)),
      summary: {
        errors: count('error'),
        warnings: count('warning'),
        infos: count('info'),
        passed: passed.length,
      },
    };
    return { report, mends: mendsOf(found) };
  }

  #findIn(evidence: Evidence, check: ClusterCheck): void {
    if (check.ofNodes.length > 0) {
      for (const { metadata } of evidence.snapshot.cluster.nodes) {
        const isAsked = evidence.snapshot.nodes[metadata.name] !== undefined;
        if (!isAsked) this.#note(check, `${metadata.name}: it was not asked`);
      }
    }
    if (this.#unknown.has(check.code) && !check.standsInPart) return;
    this.#keep(check, check.find(evidence, this.#cluster));
  }

  #keep({ code, severity }: Check, found: readonly Found[]): void {
    const kept = found.filter((one) => !isIgnored(this.#selection, code, one));
    this.#found.push(...kept.map((one) => ({ code, severity, ...one })));
  }

  #note({ code }: Check, reason: string): void {
    const reasons = this.#unknown.get(code) ?? new Set();
    this.#unknown.set(code, reasons.add(reason));
  }
}

/** Where several would change one address, what comes of the first is to be seen before the next. */
function mendsOf(found: readonly Finding[]): Mend[] {
  const mends = found.flatMap(({ severity, mend }) => (severity !== 'info' && mend) || []);
  return [...Map.groupBy(mends, ({ ip }) => ip).values()].flatMap(([first]) => first ?? []);
}

/** Where a code is explained. */
export function docsOf(code: Code): string {
  return `docs/doctor/${areaOf(code)}.md#${code.toLowerCase()}`;
}

function isOfNode(check: Check): check is NodeCheck {
  return 'findOn' in check;
}

/** Of the nodes' own addresses; rules of IPv4 are always there. */
function familiesOf({ cluster }: ClusterSnapshot): Family[] {
  return [...new Set([4 as const, ...cluster.nodes.flatMap(addressesOf).map((ip) => ip.family)])];
}

function heldBy({ facts }: NodeState, byIp: ReadonlyMap<string, readonly Target[]>): Target[] {
  const own = new Set(facts?.interfaces.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)));
  return [...own].flatMap((ip) => byIp.get(ip) ?? []);
}

const AREA_ORDER: readonly string[] = Object.values(AREAS);

function compare(a: Finding, b: Finding): number {
  return (
    AREA_ORDER.indexOf(areaOf(a.code)) - AREA_ORDER.indexOf(areaOf(b.code)) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareTexts(a.code, b.code) ||
    compareTexts(a.object, b.object)
  );
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function subjectOf(scope: Scope): DoctorReport['subject'] {
  const nothing = { service: null, ip: null, node: null };
  switch (scope?.kind) {
    case 'service':
      return { ...nothing, service: `${scope.name.namespace}/${scope.name.name}` };
    case 'ip':
      return { ...nothing, ip: scope.ip };
    case 'node':
      return { ...nothing, node: scope.node };
    default:
      return nothing;
  }
}
