import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainHints, kubeProxyChain } from '../../../src/net/kube-proxy/iptables-chain.ts';
import {
  chainHashes,
  type ServicePort,
  servicePortText,
} from '../../../src/net/kube-proxy/service-port.ts';
import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { referenceFiles, referenceJson, referenceText } from '../reference/files.ts';

/** What is said of a chain that has these rules. */
function described(name: string, rules: string[], hints: ChainHints = {}): string {
  const dump = ['*nat', `:${name} - [0:0]`, ...rules.map((it) => `-A ${name} ${it}`), 'COMMIT'];
  const chain = readSave(dump.join('\n')).tables[0]?.chain(name);
  assert.ok(chain);
  return describe(kubeProxyChain(chain, hints));
}

function describe(chain: ReturnType<typeof kubeProxyChain>): string {
  if (!chain) return 'not of kube-proxy';
  const { kind, service, isProven, endpoint } = chain;
  const whose = service && `${servicePortText(service)}${isProven ? '' : ' (unproven)'}`;
  return [kind, whose, endpoint].filter(Boolean).join(' ');
}

const SVC1: ServicePort = { namespace: 'ns1', name: 'svc1', port: 'p80', protocol: 'tcp' };
const known = new Map(chainHashes(SVC1).map((hash) => [hash, SVC1]));
const ENDPOINT = 'KUBE-SEP-SXIVWICOYRO3J4NJ';
const DNAT = '-p tcp -m tcp -j DNAT --to-destination 10.180.0.1:80';
const BALANCE = `-m statistic --mode random --probability 0.5 -j ${ENDPOINT}`;

const CASES: [chain: string, rules: string[], hints: ChainHints, expected: string][] = [
  ['KUBE-SERVICES', [], {}, 'SERVICES'],
  ['KUBE-NODEPORTS', [], {}, 'NODEPORTS'],
  ['KUBE-POSTROUTING', [], {}, 'POSTROUTING'],
  ['KUBE-MARK-MASQ', [], {}, 'MARK-MASQ'],
  ['KUBE-MARK-DROP', [], {}, 'MARK-DROP'],
  ['KUBE-FORWARD', [], {}, 'FORWARD'],
  ['KUBE-FIREWALL', [], {}, 'FIREWALL'],
  ['KUBE-EXTERNAL-SERVICES', [], {}, 'EXTERNAL-SERVICES'],
  ['KUBE-PROXY-FIREWALL', [], {}, 'PROXY-FIREWALL'],
  ['KUBE-PROXY-CANARY', [], {}, 'PROXY-CANARY'],
  ['KUBE-KUBELET-CANARY', [], {}, 'KUBELET-CANARY'],
  // A comment of its own, proven by the name.
  [
    'KUBE-SVC-XPGD46QRK7WJZT7O',
    [`-m comment --comment "ns1/svc1:p80 -> 10.180.0.1:80" ${BALANCE}`],
    {},
    'SVC ns1/svc1:p80',
  ],
  [ENDPOINT, [`-m comment --comment "ns1/svc1:p80" ${DNAT}`], {}, 'SEP ns1/svc1:p80 10.180.0.1:80'],
  [
    'KUBE-EXT-XPGD46QRK7WJZT7O',
    [
      '-m comment --comment "masquerade traffic for ns1/svc1:p80 external destinations" -j KUBE-MARK-MASQ',
    ],
    {},
    'EXT ns1/svc1:p80',
  ],
  // No comment: the hash of a known Service, or who leads there.
  ['KUBE-SVC-XPGD46QRK7WJZT7O', [BALANCE], { known }, 'SVC ns1/svc1:p80'],
  ['KUBE-SVL-XPGD46QRK7WJZT7O', [BALANCE], { known }, 'SVL ns1/svc1:p80'],
  ['KUBE-FW-XPGD46QRK7WJZT7O', [BALANCE], { known }, 'FW ns1/svc1:p80'],
  ['KUBE-XLB-XPGD46QRK7WJZT7O', [BALANCE], { known }, 'XLB ns1/svc1:p80'],
  [ENDPOINT, [DNAT], { service: SVC1 }, 'SEP ns1/svc1:p80 10.180.0.1:80'],
  [ENDPOINT, [DNAT], {}, 'SEP 10.180.0.1:80'],
  // A comment that the name belies.
  [
    'KUBE-SVC-AAAAAAAAAAAAAAAA',
    ['-m comment --comment "ns1/svc1:p80" -j ACCEPT'],
    {},
    'SVC ns1/svc1:p80 (unproven)',
  ],
  ['KUBE-ROUTER-INPUT', [], {}, 'not of kube-proxy'],
  ['cali-FORWARD', [], {}, 'not of kube-proxy'],
];

for (const [name, rules, hints, expected] of CASES) {
  test(`${name} with ${rules.length} rules is ${expected}`, () => {
    assert.equal(described(name, rules, hints), expected);
  });
}

test('every chain of a Service that kube-proxy wrote is the hash of its comment', () => {
  const dumps = ['iptables-1.28', 'iptables-1.24', 'iptables-1.20'].flatMap((folder) =>
    referenceFiles(`kube-proxy/${folder}`, '.json').map(
      (file) => referenceJson('kube-proxy', folder, file).iptablesSave as string,
    ),
  );
  dumps.push(referenceText('scenarios', 's1-kubernetes-1.8.iptables-save'));
  let count = 0;
  for (const dump of dumps) {
    const names = dump.matchAll(/^:(KUBE-(?:SVC|SVL|EXT|FW|XLB|SEP)-\S+)/gm);
    const { tables } = readSave(dump);
    for (const [, name = ''] of names) {
      const chain = tables.find((table) => table.name === 'nat')?.chain(name);
      const described = chain && kubeProxyChain(chain);
      // A chain without rules or comments says nothing of itself.
      if (!described?.service) continue;
      assert.equal(described.isProven, true, `${name} ${servicePortText(described.service)}`);
      count++;
    }
  }
  assert.ok(count > 150, `${count} chains`);
});
