import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { checkRules } from '../../src/nodes/check-rules.ts';
import { createSegment, NO_SEGMENT, type Segment } from './segment.ts';

const IP = '20.1.0.167';
const WEB = { port: 80, protocol: 'TCP' };
const DNS = { port: 53, protocol: 'UDP' };

/** KUBE-SERVICES as each generation of kube-proxy writes it; names and comments as in its dumps. */
const GENERATIONS: Record<string, string> = {
  'KUBE-EXT (1.24 on)': `-A KUBE-SERVICES -d ${IP}/32 -p tcp -m comment --comment "default/web external IP" -m tcp --dport 80 -j KUBE-EXT-4N57TFCL4MD7ZTDA`,
  'KUBE-SVC with physdev and addrtype (to 1.20)': `-A KUBE-SERVICES -d ${IP}/32 -p tcp -m comment --comment "default/web: external IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SERVICES -d ${IP}/32 -p tcp -m comment --comment "default/web: external IP" -m tcp --dport 80 -m addrtype --dst-type LOCAL -j KUBE-SVC-4N57TFCL4MD7ZTDA`,
  'KUBE-XLB (policy Local, to 1.23)': `-A KUBE-SERVICES -d ${IP}/32 -p tcp -m comment --comment "default/web external IP" -m tcp --dport 80 -j KUBE-XLB-4N57TFCL4MD7ZTDA`,
};

/** The nat table around the rules of KUBE-SERVICES, for iptables-restore. */
function natTable(rules: string): string {
  const chains = [...new Set(rules.match(/-j (KUBE-\S+)/g)?.map((jump) => jump.slice(3)))];
  return `*nat
:KUBE-SERVICES - [0:0]
${chains.map((chain) => `:${chain} - [0:0]\n`).join('')}-A PREROUTING -j KUBE-SERVICES
${rules}
COMMIT
`;
}

const NO_ENDPOINT = `*nat
:KUBE-SERVICES - [0:0]
COMMIT
*filter
:KUBE-EXTERNAL-SERVICES - [0:0]
-A KUBE-EXTERNAL-SERVICES -d ${IP}/32 -p tcp -m comment --comment "default/web has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable
COMMIT
`;

const NFTABLES = `table ip kube-proxy {
  chain external-H-default/web/tcp/ { counter; }
  chain reject-chain { reject; }
  map service-ips {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { 10.96.0.1 . tcp . 443 : goto external-H-default/web/tcp/,
                 ${IP} . tcp . 80 : goto external-H-default/web/tcp/ }
  }
  map no-endpoint-services {
    type ipv4_addr . inet_proto . inet_service : verdict
    elements = { ${IP} . udp . 53 comment "default/dns" : goto reject-chain }
  }
}`;

describe('the rules of an address in the kernel', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const hosts = [
    'v1',
    'v2',
    'v3',
    'other',
    'refused',
    'six',
    'nft',
    'ipvs',
    'none',
    'waiting',
    'user',
  ];
  const segment: Segment = createSegment(Object.fromEntries(hosts.map((host) => [host, []])));
  after(() => segment.remove());
  const load = (host: string, program: string, text: string) =>
    segment.run(host, 'sh', '-c', `printf '%s' "$1" | ${program}`, 'sh', text);
  const check = (
    host: string,
    ports = [WEB],
    ip = IP,
    wait = { waitSeconds: 0, waitGone: false },
  ) => checkRules(segment.reach(host), { ip, ports }, wait);

  for (const [index, [name, rules]] of Object.entries(GENERATIONS).entries()) {
    test(`iptables mode: ${name}`, async () => {
      load(`v${index + 1}`, 'iptables-nft-restore', natTable(rules));
      assert.deepEqual(await check(`v${index + 1}`), {
        name: 'rules',
        outcome: 'passed',
        detail: `${IP} on v${index + 1} (kube-proxy, iptables): 80/TCP in nat KUBE-SERVICES (iptables-nft)`,
      });
    });
  }

  test('iptables mode: no endpoint, so the address is refused', async () => {
    load('refused', 'iptables-nft-restore', NO_ENDPOINT);
    const { outcome, detail } = await check('refused');
    assert.equal(outcome, 'passed');
    assert.match(
      detail,
      /filter KUBE-EXTERNAL-SERVICES \(iptables-nft\), which refuses it: no endpoint/,
    );
  });

  test('another address, port or protocol is no rule for this one', async () => {
    load(
      'other',
      'iptables-nft-restore',
      natTable(`-A KUBE-SERVICES -d 20.1.0.16/32 -p tcp -m tcp --dport 80 -j KUBE-EXT-A
-A KUBE-SERVICES -d ${IP}/32 -p tcp -m tcp --dport 8080 -j KUBE-EXT-B
-A KUBE-SERVICES -d ${IP}/32 -p udp -m udp --dport 80 -j KUBE-EXT-C
-A KUBE-SERVICES -d ${IP}/32 -p tcp -m tcp --dport 53 -j KUBE-EXT-D`),
    );
    const { outcome, detail } = await check('other', [WEB, DNS]);
    assert.equal(outcome, 'failed');
    assert.match(detail, /no rule for 80\/TCP, 53\/UDP$/);
  });

  test('IPv6', async () => {
    const rule = '-A KUBE-SERVICES -d fd00::167/128 -p tcp -m tcp --dport 80 -j KUBE-EXT-A';
    load('six', 'ip6tables-nft-restore', natTable(rule));
    assert.equal((await check('six', [WEB], 'fd00::167')).outcome, 'passed');
    assert.equal((await check('six', [WEB], 'fd00::16')).outcome, 'failed');
  });

  test('nftables mode, with and without endpoints', async () => {
    load('nft', 'nft -f -', NFTABLES);
    assert.equal(
      (await check('nft', [WEB, DNS])).detail,
      `${IP} on nft (kube-proxy, nftables): 80/TCP in map service-ips (nftables); 53/UDP in map no-endpoint-services (nftables), which refuses it: no endpoint`,
    );
    assert.equal((await check('nft', [{ port: 443, protocol: 'TCP' }])).outcome, 'failed');
    assert.equal((await check('nft', [WEB], '0.1.0.167')).outcome, 'failed');
  });

  test('IPVS mode is recognised and said', async () => {
    // This kernel has no IPVS; all that extip looks at is the name of its link.
    segment.run('ipvs', 'ip', 'link', 'set', 'eth0', 'down');
    segment.run('ipvs', 'ip', 'link', 'set', 'eth0', 'name', 'kube-ipvs0');
    const { outcome, detail } = await check('ipvs');
    assert.equal(outcome, 'skipped');
    assert.match(detail, /IPVS mode/);
  });

  test('no kube-proxy: could not check is not failed', async () => {
    const { outcome, detail } = await check('none');
    assert.equal(outcome, 'skipped');
    assert.match(detail, /another service proxy/);
  });

  test('without root nothing can be read', async () => {
    const { outcome, detail } = await checkRules(
      segment.reach('user', { user: 'nobody' }),
      { ip: IP, ports: [WEB] },
      { waitSeconds: 0 },
    );
    assert.equal(outcome, 'skipped');
    assert.match(detail, /root only/);
  });

  test('it waits until kube-proxy has written the rule, and until it has taken it back', async () => {
    const rule = GENERATIONS['KUBE-EXT (1.24 on)'] ?? '';
    const within = { waitSeconds: 10, waitGone: false };
    const iptables = (operation: string) =>
      segment.run('waiting', 'sh', '-c', `iptables-nft -t nat ${rule.replace('-A', operation)}`);
    load('waiting', 'iptables-nft-restore', natTable(rule));
    iptables('-D');
    setTimeout(() => iptables('-A'), 700);
    assert.equal((await check('waiting', [WEB], IP, within)).outcome, 'passed');
    setTimeout(() => iptables('-D'), 700);
    assert.equal(
      (await check('waiting', [WEB], IP, { ...within, waitGone: true })).outcome,
      'passed',
    );
    iptables('-A');
    const still = await check('waiting', [WEB], IP, { waitSeconds: 0, waitGone: true });
    assert.equal(still.outcome, 'failed');
  });

  test('a node that cannot be reached has not passed', async () => {
    const reach = { node: 'k0', argv: ['no-such-wrapper'], description: 'test' };
    const { outcome } = await checkRules(reach, { ip: IP, ports: [WEB] }, { waitSeconds: 0 });
    assert.equal(outcome, 'failed');
  });
});
