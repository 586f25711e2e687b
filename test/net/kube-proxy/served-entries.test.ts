import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { entriesInChains, entriesInMaps } from '../../../src/net/kube-proxy/served-entries.ts';
import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';

/** The keys of the entries in a dump with this rule of KUBE-SERVICES. */
function keys(rule: string, table = 'nat') {
  const save = readSave(Buffer.from(`*${table}\n:KUBE-SERVICES - [0:0]\n${rule}\nCOMMIT\n`));
  return entriesInChains(save.tables).map(({ key }) => key);
}

describe('in iptables mode an entry is', () => {
  for (const [what, rule] of [
    [
      'a rule of today',
      '-A KUBE-SERVICES -d 20.1.0.167/32 -p tcp -m comment --comment "default/web external IP" -m tcp --dport 80 -j KUBE-EXT-4KKQ72WK6FBT7SBZ',
    ],
    [
      'one of 1.8',
      '-A KUBE-SERVICES -d 20.1.0.167/32 -p tcp -m comment --comment "default/web: external IP" -m tcp --dport 80 -m addrtype --dst-type LOCAL -j KUBE-SVC-4N57TFCL4MD7ZTDA',
    ],
    [
      'a refusal',
      '-A KUBE-SERVICES -d 20.1.0.167/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable',
    ],
  ] as const) {
    it(what, () => assert.deepEqual(keys(rule), ['20.1.0.167 tcp 80']));
  }

  it('one of IPv6, in canonical form', () => {
    const rule =
      '-A KUBE-SERVICES -d fd00:0::1/128 -p udp -m udp --dport 53 -j KUBE-SVC-TCOU7JCQXEZGVUNU';
    assert.deepEqual(keys(rule), ['fd00::1 udp 53']);
  });

  for (const [what, rule] of [
    ['the node ports', '-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS'],
    ['a mark', '-A KUBE-SERVICES -d 20.1.0.167/32 -p tcp -m tcp --dport 80 -j KUBE-MARK-MASQ'],
  ] as const) {
    it(`not ${what}`, () => assert.deepEqual(keys(rule), []));
  }
});

describe('in nftables mode', () => {
  const key = { concat: ['10.96.0.1', 'tcp', 443] };
  const map = (name: string, elem: unknown[], table = 'kube-proxy') => ({
    map: { family: 'ip', name, table, type: ['ipv4_addr', 'inet_proto', 'inet_service'], elem },
  });
  const goto = { goto: { target: 'service-2QRHZV4L-default/kubernetes/tcp/https' } };
  const read = (...items: unknown[]) =>
    entriesInMaps(JSON.stringify({ nftables: items }), 'ip')?.map((it) => it.key);

  it('the elements of its maps are entries, with a comment or without', () => {
    const commented = { elem: { val: { concat: ['10.96.0.2', 'udp', 53] }, comment: 'dns' } };
    const found = read(
      map('service-ips', [[key, goto]]),
      map('no-endpoint-services', [[commented, goto]]),
    );
    assert.deepEqual(found, ['10.96.0.1 tcp 443', '10.96.0.2 udp 53']);
  });

  it('those of other tables and of other maps are none', () => {
    assert.deepEqual(
      read(map('service-ips', [[key, goto]], 'own'), map('other', [[key, goto]])),
      [],
    );
  });

  it('what is no listing says nothing', () => assert.equal(entriesInMaps('{', 'ip'), null));
});
