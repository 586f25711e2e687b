import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import type { CalicoChange } from '../../src/calico/change.ts';
import type { Right } from '../../src/calico/rights.ts';
import { announceAddress } from '../../src/nodes/announce.ts';
import { applyNodeChange, raiseFence } from '../../src/nodes/change.ts';
import { checkConnect } from '../../src/nodes/check-connect.ts';
import { checkNeighbour } from '../../src/nodes/check-neighbour.ts';
import { checkRules } from '../../src/nodes/check-rules.ts';
import { COLLECT_SCRIPT } from '../../src/nodes/collect.ts';
import { filesScript } from '../../src/nodes/collect-files.ts';
import { probeAddress } from '../../src/nodes/probe.ts';
import type { Reach } from '../../src/nodes/reach.ts';
import { runScript } from '../../src/nodes/run-script.ts';
import type { NodeChange } from '../../src/plan/action.ts';
import { NODE_FILES } from '../../src/snapshot/node-files.ts';
import { armNode, whyNotOnNode } from '../../src/watchdog/arm-node.ts';
import { type NodeAccess, type NodeUndo, nodeProgram } from '../../src/watchdog/node-program.ts';
import { disarmScript, lookScript } from '../../src/watchdog/node-scripts.ts';
import { sentScripts } from './sent-scripts.ts';

const FENCE = { cluster: 'c1', transitions: 1, step: 1 };
const V4 = { ip: '20.1.0.167', interface: 'ens34' };
const V6 = { ip: 'fd00::167', interface: 'ens34' };
const PORTS = [{ port: 80, protocol: 'TCP' }];

const change = (step: NodeChange) => (reach: Reach) => applyNodeChange(reach, step, FENCE);
const record = {
  version: 1 as const,
  ip: V4.ip,
  prefix: 32 as const,
  interface: 'ens34',
  label: null,
  preexisting: false,
  cluster: 'c1',
  services: [{ namespace: 'default', name: 'web', uid: 'u1', runId: 'r1' }],
};

const ACCESS: NodeAccess = {
  adminKubeconfig: '/etc/kubernetes/admin.conf',
  server: 'https://20.1.0.160:6443',
};
const UNDO: CalicoChange[] = [
  { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' },
  { type: 'mark', name: 'theirs', ips: [] },
];
const ORDER: NodeUndo = {
  undo: UNDO,
  seconds: 60,
  hold: { uid: 'u', transitions: 7, holderIdentity: 'root@ops1/b/1/2/3' },
};
const RIGHTS: Right[] = [{ verb: 'delete', resource: 'hostendpoints' }];

const SCRIPTS: Record<string, (reach: Reach) => Promise<unknown>> = {
  collect: (reach) => runScript(reach, COLLECT_SCRIPT),
  'collect the files': (reach) => runScript(reach, filesScript(NODE_FILES)),
  'raise the fence': (reach) => raiseFence(reach, FENCE),
  'write-record': change({ type: 'write-record', record }),
  'remove-record': change({ type: 'remove-record', ip: V4.ip }),
  'add-address': change({ type: 'add-address', ...V4, prefix: 32, label: 'ens34:extip' }),
  'add-address, IPv6': change({ type: 'add-address', ...V6, prefix: 128, label: null }),
  'remove-address': change({ type: 'remove-address', ...V4, prefix: 32 }),
  'probe with iputils': (r) => probeAddress(r, { ...V4, arping: 'iputils', holdsItself: false }),
  'probe with Habets': (r) => probeAddress(r, { ...V4, arping: 'habets', holdsItself: false }),
  'probe without arping': (r) => probeAddress(r, { ...V4, arping: null, holdsItself: false }),
  'probe, IPv6': (r) => probeAddress(r, { ...V6, arping: null, holdsItself: false }),
  neighbour: (r) =>
    checkNeighbour(r, { ...V4, arping: 'busybox', expectedMacs: ['02:00:00:00:00:01'] }),
  'announce with iputils': (r) => announceAddress(r, { ...V4, arping: 'iputils' }),
  'announce with Habets': (r) => announceAddress(r, { ...V4, arping: 'habets' }),
  rules: (r) => checkRules(r, { ip: V4.ip, ports: PORTS }, { waitSeconds: 0 }),
  'rules, IPv6': (r) => checkRules(r, { ip: V6.ip, ports: PORTS }, { waitSeconds: 0 }),
  connect: (r) => checkConnect(r, { ip: V4.ip, port: 80 }),
  'could a watchdog undo': (r) => whyNotOnNode(r, ACCESS, RIGHTS),
  'arm a watchdog': (r) => armNode(r, { ...ACCESS, ...ORDER }),
  'look for a watchdog': (r) => runScript(r, lookScript('watchdog-1')),
  'disarm a watchdog': (r) => runScript(r, disarmScript('watchdog-1')),
};

/**
 * Left out, because they take the frame for a program that a person wrote: functions and variables
 * that not every script uses (SC2034, SC2317), a script in single quotes that another shell is to
 * read (SC2016).
 */
const EXCLUDE = 'SC2034,SC2317,SC2016';

for (const [name, send] of Object.entries(SCRIPTS)) {
  test(`shellcheck finds nothing in the script of: ${name}`, async () => {
    check(await sentScripts(send));
  });
}

test('shellcheck finds nothing in the program of a watchdog on a node', () => {
  check({ program: nodeProgram(ORDER, ACCESS) });
});

function check(parts: Record<string, string>): void {
  for (const [part, text] of Object.entries(parts)) {
    const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-e', EXCLUDE, '-'], {
      input: text,
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${part}:\n${stdout}`);
  }
}
