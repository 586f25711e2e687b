import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actionCommands } from '../../src/apply/action-commands.ts';
import type { Action } from '../../src/plan/action.ts';
import type { ArpingKind } from '../../src/snapshot/model.ts';
import { buildAssignment, buildService, IP } from '../build-snapshot.ts';

const service = buildService();
const ref = { namespace: 'default', name: 'svc-test-1', uid: 'uid-svc-test-1' };
const list = (externalIP: 'add' | 'remove'): Action => ({
  type: 'change-service',
  service: ref,
  change: { ip: IP, externalIP },
});
const announce = (arping: ArpingKind, name = 'ens34'): Action => ({
  type: 'announce',
  node: 'k0',
  ip: IP,
  interface: name,
  arping,
});
const verify = (ip: string): Action => ({
  type: 'verify',
  goal: 'served',
  target: {
    ip,
    node: 'k0',
    interface: 'ens34',
    ports: [],
    macs: [],
    neighbours: [],
    noEndpoints: false,
  },
});

test('a patch is computed against the Service as the earlier ones leave it', () => {
  const commands = actionCommands([service], [list('add'), list('add'), list('remove')]);
  assert.deepEqual(commands, [
    `kubectl patch service -n default svc-test-1 --type=json -p '[{"op":"add","path":"/spec/externalIPs","value":["${IP}"]}]'`,
    null,
    `kubectl patch service -n default svc-test-1 --type=json -p '[{"op":"remove","path":"/spec/externalIPs"}]'`,
  ]);
});

test('a change of a Service that is gone has no command', () => {
  assert.deepEqual(actionCommands([], [list('add')]), [null]);
});

test('the record goes into the annotation, quoted for the shell', () => {
  const assignment = buildAssignment({ by: "o'brien@ops" });
  const change = { ip: IP, assignment };
  const [command] = actionCommands([service], [{ type: 'change-service', service: ref, change }]);
  assert.match(command ?? '', /-p '\[.*o'\\''brien@ops.*\]'$/);
});

test('an address is announced as a request and as a reply, by the arping that the node has', () => {
  const likeIputils = `on k0: arping -U -c 2 -I ens34 ${IP}; arping -A -c 2 -I ens34 ${IP}`;
  assert.deepEqual(
    actionCommands([], [announce('iputils'), announce('busybox'), announce('habets')]),
    [
      likeIputils,
      likeIputils,
      `on k0: arping -U -S ${IP} -c 2 -i ens34 ${IP}; arping -U -P -S ${IP} -c 2 -i ens34 ${IP}`,
    ],
  );
});

test('what a node calls its interface is one word of the command', () => {
  const [command] = actionCommands([], [announce('iputils', "$&'`id`")]);
  assert.ok(command?.startsWith(`on k0: arping -U -c 2 -I '$&'\\''\`id\`' ${IP}; `), command ?? '');
});

test('the rules are looked for in whichever mode kube-proxy is, of the family', () => {
  const nft = 'nft list ruleset; } 2>/dev/null | grep -wF';
  assert.deepEqual(actionCommands([], [verify(IP), verify('2001:db8::167')]), [
    `on k0: { iptables-save -t nat; ${nft} ${IP}`,
    `on k0: { ip6tables-save -t nat; ${nft} 2001:db8::167`,
  ]);
});
