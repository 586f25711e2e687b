import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { calicoCommand } from '../../src/apply/calico-command.ts';
import type { CalicoChange, OwnObject } from '../../src/calico/change.ts';

const object: OwnObject = {
  kind: 'HostEndpoint',
  name: 'k0-ens34',
  labels: { 'extip.dev/owner': 'guard' },
  annotations: { 'extip.dev/guard': '{"version":1,"ips":["20.1.0.167"]}' },
  spec: { node: 'k0', interfaceName: 'ens34' },
};

test('an object is applied as the API has it', () => {
  assert.equal(
    calicoCommand({ type: 'put', object }),
    `kubectl apply -f - <<'EOF'
{
  "apiVersion": "projectcalico.org/v3",
  "kind": "HostEndpoint",
  "metadata": {
    "name": "k0-ens34",
    "labels": {
      "extip.dev/owner": "guard"
    },
    "annotations": {
      "extip.dev/guard": "{\\"version\\":1,\\"ips\\":[\\"20.1.0.167\\"]}"
    }
  },
  "spec": {
    "node": "k0",
    "interfaceName": "ens34"
  }
}
EOF`,
  );
});

const COMMANDS: [CalicoChange, string][] = [
  [
    { type: 'delete', kind: 'GlobalNetworkPolicy', name: 'extip-deny-20-1-0-167' },
    'kubectl delete globalnetworkpolicies.projectcalico.org extip-deny-20-1-0-167 --ignore-not-found',
  ],
  [
    { type: 'mark', name: 'theirs', ips: ['20.1.0.168', '20.1.0.167'] },
    `kubectl label hostendpoints.projectcalico.org theirs --overwrite extip-external=true && kubectl annotate hostendpoints.projectcalico.org theirs --overwrite 'extip.dev/guard={"version":1,"ips":["20.1.0.167","20.1.0.168"]}'`,
  ],
  [
    { type: 'mark', name: 'theirs', ips: [] },
    'kubectl label hostendpoints.projectcalico.org theirs --overwrite extip-external- && kubectl annotate hostendpoints.projectcalico.org theirs --overwrite extip.dev/guard-',
  ],
];
for (const [change, command] of COMMANDS) {
  test(command, () => assert.equal(calicoCommand(change), command));
}

test('whatever an interface is called, a shell reads one text for kubectl, and a terminal nothing', () => {
  const interfaceName = "'`id`$(id)\nEOF\nid #\u001b[2J\u009b\u202e";
  const hostile: OwnObject = { ...object, spec: { ...object.spec, interfaceName } };
  const command = calicoCommand({ type: 'put', object: hostile });
  assert.doesNotMatch(command.replaceAll('\n', ''), /[^ -~]/);
  // Stands in for kubectl, to see what it would be given.
  const { stdout, status } = spawnSync('sh', ['-c', `kubectl() { cat; }\n${command}`], {
    encoding: 'utf8',
  });
  assert.equal(status, 0);
  assert.equal(JSON.parse(stdout).spec.interfaceName, interfaceName);
});
