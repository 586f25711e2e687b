import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExplanationDocument } from '../../src/output/explanation-document.ts';
import type { Lab } from '../lab/harness.ts';
import { get, on } from './observe.ts';

type Flow = ExplanationDocument['flows'][number];

/** Something that is made of scenario S2, by host, and undone. */
export interface Situation {
  what: string;
  make: [host: string, command: string][];
  undo: [host: string, command: string][];
  /** An observation that has to be there. */
  observed: string;
  /** In every `npm test`; the others in test/full/explain. */
  quick?: true;
}

const IP = '20.1.0.167';
const POD = 'web-server-1-1';

const patch = (spec: object) =>
  `kubectl patch svc svc-test-1 --type=merge -p '${JSON.stringify({ spec })}'`;
const DROP = `raw -{} PREROUTING -d ${IP} -p tcp --dport 80 -j DROP`;

/** In this order: from the second on k0 has the address. */
export const SITUATIONS: readonly Situation[] = [
  {
    what: 'the Service has the address, and no node',
    make: [['operator', patch({ externalIPs: [IP] })]],
    undo: [['operator', patch({ externalIPs: null })]],
    observed: 'no-holder',
    quick: true,
  },
  {
    what: 'it is assigned to k0',
    make: [['operator', `extip assign svc-test-1 ${IP} --node k0 -y`]],
    undo: [],
    observed: 'external-policy',
    quick: true,
  },
  {
    what: 'no pod matches the selector',
    make: [['operator', patch({ selector: { app: 'nobody' } })]],
    undo: [['operator', patch({ selector: { app: 'web-front-end' } })]],
    observed: 'no-endpoints',
  },
  {
    what: 'the holder runs no endpoint, and externalTrafficPolicy is Local',
    make: [['operator', patch({ type: 'NodePort', externalTrafficPolicy: 'Local' })]],
    undo: [['operator', patch({ type: 'ClusterIP', externalTrafficPolicy: null })]],
    observed: 'wrong-holder',
  },
  {
    what: 'k0 does not forward',
    make: [['k0', 'sysctl -qw net.ipv4.ip_forward=0']],
    undo: [['k0', 'sysctl -qw net.ipv4.ip_forward=1']],
    observed: 'forwarding-off',
  },
  {
    what: 'a rule made by hand drops it before those of kube-proxy',
    make: [['k0', `iptables -t ${DROP.replace('{}', 'I')}`]],
    undo: [['k0', `iptables -t ${DROP.replace('{}', 'D')}`]],
    observed: 'foreign-rule',
    quick: true,
  },
];

/** Who asks, on which host, with which `--from`, and which flow is about that. */
const ASKERS: readonly { host: string; from?: string; isIt(flow: Flow): boolean }[] = [
  { host: 'client', isIt: comesInAtHolder },
  { host: 'client2', from: '30.1.0.165', isIt: comesInAtHolder },
  { host: POD, isIt: ({ origin, nodes }) => origin === 'pod' && nodes.includes('k2') },
  { host: 'k0', isIt: ({ origin, nodes }) => origin === 'node' && nodes.includes('k0') },
  { host: 'k2', isIt: ({ origin, nodes }) => origin === 'node' && nodes.includes('k2') },
];

function comesInAtHolder({ origin, holder, node }: Flow): boolean {
  return origin === 'external' && (holder === true || node === null);
}

/** How many askers there are in a situation. */
export const ASKED = ASKERS.length;

/** Makes the situation, holds what every asker sees against what is said, and undoes it. */
export async function sayWhatIsSeen(lab: Lab, { what, make, undo, observed }: Situation) {
  await carryOut(lab, make);
  const whole = await explain(lab, 'svc svc-test-1');
  const seen = await Promise.all(ASKERS.map(({ host }) => get(lab, host, IP)));
  const wrong: string[] = [];
  for (const [at, { host, from, isIt }] of ASKERS.entries()) {
    const { flows } = from ? await explain(lab, `--to ${IP}:80 --from ${from}`) : whole;
    const flow = flows.find(isIt);
    const isServed = flow?.verdict.outcome === 'delivered' && flow.reply?.outcome === 'delivered';
    const line = `${what}: ${host}: ${flow?.verdict.outcome}, ${seen[at] || 'no answer'}`;
    console.log(line);
    if (isServed !== (seen[at] !== '')) wrong.push(`${line} ${JSON.stringify(flow?.verdict)}`);
  }
  await carryOut(lab, undo);
  assert.deepEqual(wrong, []);
  const codes = whole.observations.map(({ code }) => code);
  assert.ok(codes.includes(observed), codes.join());
}

async function carryOut(lab: Lab, commands: Situation['make']): Promise<void> {
  for (const [host, command] of commands) await on(lab, host, command);
  // kube-proxy needs about a second.
  if (commands.some(([host]) => host === 'operator')) await sleep(2000);
}

/** What `extip explain` says, as a document of its schema. */
async function explain(lab: Lab, args: string): Promise<ExplanationDocument> {
  const { stdout, stderr, exitCode } = await lab.extip('explain', ...args.split(' '), '-o', 'json');
  assert.equal(exitCode, 0, stderr);
  return ExplanationDocument.parse(JSON.parse(stdout));
}
