import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { parse } from 'yaml';
import { GuardReportDocument } from '../../src/output/documents.ts';
import { buildEndpointSlice, buildNode, buildService, IP } from '../build-snapshot.ts';
import { ALLOWING, endpoint, guardOf, object } from '../calico/build-objects.ts';
import type { Answer } from '../hostile/case.ts';
import { startWorld, type World } from '../hostile/world.ts';

const PROGRAM = join(import.meta.dirname, '../../bin/extip');

const SERVICE = buildService(
  {},
  { externalIPs: [IP], ports: [{ port: 80, protocol: 'TCP', nodePort: 30080 }] },
);

const EMPTY = [
  'tiers',
  'profiles',
  'networkpolicies',
  'globalnetworksets',
  'networksets',
  'ippools',
];

/** The lists of a cluster whose k0 has a guard for the external IP, and k2 none. */
const LISTS: Record<string, object[]> = {
  ...Object.fromEntries(EMPTY.map((name) => [name, []])),
  services: [SERVICE],
  endpointslices: [{ ...buildEndpointSlice(SERVICE), ports: [{ name: '', port: 8080 }] }],
  nodes: [buildNode('k0'), buildNode('k2')],
  hostendpoints: [endpoint('k0-ens34', ALLOWING, { guarded: 'true' })],
  globalnetworkpolicies: guardOf('20.1.0.165/32'),
  felixconfigurations: [object('default')],
  clusterinformations: [object('default')],
};

const CALICO = [
  'hostendpoints',
  'globalnetworkpolicies',
  'felixconfigurations',
  'clusterinformations',
];

const ADDRESSES = {
  k0: {
    ens33: ['10.1.0.180/24'],
    ens34: ['20.1.0.160/24', `${IP}/32`],
    cali12: ['169.254.1.1/32'],
  },
  k2: { ens33: ['10.1.0.179/24'], ens34: ['20.1.0.150/24'] },
};

/** What `ip -j addr` prints. */
function links(of: Record<string, string[]>): object[] {
  return Object.entries(of).map(([ifname, addresses]) => ({
    ifname,
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    link_type: 'ether',
    address: '02:00:14:01:00:01',
    addr_info: addresses.map((text) => {
      const [local, prefix] = text.split('/');
      return { family: 'inet', local, prefixlen: Number(prefix) };
    }),
  }));
}

/** A snapshot made by hand, with these lists in place of others; undefined: without the file. */
async function makeSnapshot(changes: Record<string, object[] | undefined> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'extip-guard-'));
  await mkdir(join(folder, 'cluster'));
  for (const [name, items] of Object.entries({ ...LISTS, ...changes })) {
    if (!items) continue;
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await writeFile(join(folder, 'cluster', `${name}.json`), text);
  }
  for (const [node, of] of Object.entries(ADDRESSES)) {
    await mkdir(join(folder, 'nodes', node), { recursive: true });
    await writeFile(join(folder, 'nodes', node, 'ip-addr.json'), JSON.stringify(links(of)));
  }
  return folder;
}

describe('extip guard show --snapshot', () => {
  let folder: string;
  before(async () => {
    folder = await makeSnapshot();
  });
  after(() => rm(folder, { recursive: true }));

  async function run(snapshot: string, ...args: string[]) {
    const options = { reject: false, extendEnv: false, input: '' } as const;
    const env = { PATH: process.env.PATH, HOME: '/nonexistent' };
    const words = [PROGRAM, 'guard', 'show', ...args, '--snapshot', snapshot];
    return execa(process.execPath, words, { ...options, env });
  }

  async function report(...args: string[]) {
    const { stdout, stderr, exitCode } = await run(folder, ...args, '-o', 'json');
    assert.equal(exitCode, 0, stdout + stderr);
    return GuardReportDocument.parse(JSON.parse(stdout));
  }

  /** The snapshot with other lists, shown. */
  async function shown(changes: Record<string, object[] | undefined>, ...args: string[]) {
    const other = await makeSnapshot(changes);
    try {
      return await run(other, 'svc-test-1', ...args);
    } finally {
      await rm(other, { recursive: true });
    }
  }

  it('says who reaches what, where, by which policy, and what that leaves open', async () => {
    const { stdout, stderr, exitCode } = await run(folder, 'svc-test-1');
    assert.equal(exitCode, 0, stderr);
    assert.equal(
      stdout,
      `20.1.0.167 of default/svc-test-1 80/TCP, on k0 ens34

NODE   INTERFACE   ENDPOINT   PORT     FROM            REACHES   BECAUSE
k0     ens34       k0-ens34   80/TCP   20.1.0.165/32   yes       GlobalNetworkPolicy extip-allow-20-1-0-167 allows it (rule 1)
k0     ens34       k0-ens34   80/TCP   any other       no        GlobalNetworkPolicy extip-deny-20-1-0-167 denies it (rule 2)
k2     ens34       <none>     80/TCP   any             yes       no host endpoint governs this interface

not covered:
  k2 ens34: no host endpoint governs this interface: a host of the segment that routes through k2 gets in
  k0 ens33, k2 ens33: no host endpoint governs this interface: kube-proxy serves the address there, too
  30080/TCP: leads to default/svc-test-1 on every address of every node
  pods of the cluster reach the Service without coming in through an interface
  so do the nodes themselves, and pods with the network of their node`,
    );
  });

  it('is one document of its schema, and the same as YAML', async () => {
    const document = await report('svc-test-1');
    assert.deepEqual(document.calico, { presence: 'present', api: 'projectcalico.org/v3' });
    const [address] = document.addresses;
    assert.deepEqual(address?.holders, [{ node: 'k0', interface: 'ens34' }]);
    assert.deepEqual(
      address?.notCovered.map(({ kind, object }) => `${kind} ${object}`.trim()),
      [
        'segment-interface k2 ens34',
        'other-interface k0 ens33',
        'other-interface k2 ens33',
        'node-port 30080/TCP',
        'pods',
        'nodes',
      ],
    );
    assert.deepEqual(parse((await run(folder, 'svc-test-1', '-o', 'yaml')).stdout), document);
  });

  it('is the same of the address, and of svc/NAME', async () => {
    const { addresses } = await report('svc-test-1');
    assert.deepEqual((await report(IP)).addresses, addresses);
    assert.deepEqual((await report('svc/svc-test-1')).addresses, addresses);
  });

  it('--from asks about one client', async () => {
    const outcomes = async (from: string) => {
      const { addresses } = await report('svc-test-1', '--from', from);
      return addresses[0]?.interfaces.map(
        ({ node, ports }) => `${node} ${ports[0]?.reach.map(({ outcome }) => outcome).join()}`,
      );
    };
    assert.deepEqual(await outcomes('20.1.0.165'), ['k0 allowed', 'k2 allowed']);
    assert.deepEqual(await outcomes('20.1.0.77'), ['k0 denied', 'k2 allowed']);
  });

  it('--from of a node says that it does not come in through an interface', async () => {
    assert.match((await report(IP, '--from', '20.1.0.150')).notes.join(), /is k2's own/);
  });

  it('where nothing guards the holder, that is the first thing that is open', async () => {
    const { stdout } = await shown({ hostendpoints: [] });
    assert.match(
      stdout,
      /not covered:\n {2}k0 ens34: .*: it has the address, and everybody gets in\n/,
    );
  });

  it('without Calico it says so, and what else there is', async () => {
    const none = Object.fromEntries(CALICO.map((name) => [name, []]));
    const { stdout, exitCode } = await shown(none);
    assert.equal(exitCode, 0);
    assert.match(
      stdout,
      /no Calico in this cluster.*\n {2}a firewall .*\n {2}a NetworkPolicy .*\n {2}spec\.loadB/,
    );
    const document = GuardReportDocument.parse(
      JSON.parse((await shown(none, '-o', 'json')).stdout),
    );
    assert.equal(document.calico.presence, 'absent');
    assert.equal(document.advice.length, 3);
    assert.deepEqual(document.addresses[0]?.interfaces, []);
  });

  it('what the snapshot lacks is not known, and never nothing', async () => {
    const { stdout, stderr } = await shown({ globalnetworkpolicies: undefined });
    assert.match(stdout, /^k0 +ens34 +k0-ens34 +80\/TCP +any +not known +globalnetworkpolicies: /m);
    assert.match(
      stderr,
      /warning: globalnetworkpolicies: the snapshot has no cluster\/globalnetworkp/,
    );
    const none = Object.fromEntries(CALICO.map((name) => [name, undefined]));
    const document = GuardReportDocument.parse(
      JSON.parse((await shown(none, '-o', 'json')).stdout),
    );
    assert.equal(document.calico.presence, 'unknown');
    const reach = document.addresses[0]?.interfaces.flatMap(({ ports }) => ports[0]?.reach ?? []);
    assert.deepEqual(
      reach?.map(({ outcome }) => outcome),
      ['unknown', 'unknown'],
    );
  });

  it('a policy that is not as Calico has it makes nothing certain', async () => {
    const [allow] = guardOf('20.1.0.165/32');
    const policies = [allow as object, { metadata: { name: 'x\x1b[2J' }, spec: { ingress: 7 } }];
    const { stdout, stderr } = await shown({ globalnetworkpolicies: policies });
    assert.match(stdout, /not known +globalnetworkpolicies: GlobalNetworkPolicy x\\x1b\[2J: /);
    assert.match(stderr, /^warning: globalnetworkpolicies: GlobalNetworkPolicy x\\x1b\[2J: /);
  });

  it('what was typed wrong, or is not there, is said', async () => {
    for (const [args, code, words] of [
      [[], 2, /it is not said what to show/],
      [['a/b/c'], 2, /is no Service's name/],
      [[IP, '--from', 'k0'], 2, /--from: 'k0' is no address/],
      [['20.1.0.9'], 1, /no Service has the external address 20\.1\.0\.9/],
      [['svc-test-2'], 1, /did you mean default\/svc-test-1\?/],
    ] as const) {
      const { stderr, exitCode } = await run(folder, ...args);
      assert.equal(exitCode, code, stderr);
      assert.match(stderr, words);
    }
    const { stderr, exitCode } = await shown({ services: [buildService()] });
    assert.equal(exitCode, 1);
    assert.match(
      stderr,
      /service default\/svc-test-1 has no external address\n.*extip assign default/,
    );
  });
});

describe('extip guard show of a cluster', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.close());

  const POLICIES = '/apis/projectcalico.org/v3/globalnetworkpolicies';
  const deny = {
    metadata: { name: 'closed' },
    spec: { selector: 'all()', preDNAT: true, ingress: [{ action: 'Deny' }] },
  };

  async function show(api: Record<string, Answer>, ...args: string[]) {
    const about = { name: '', exitCode: 0, says: /./ } as const;
    const played = await world.play({ ...about, args: ['guard', 'show', ...args], api }, 'json');
    const document = JSON.parse(`${played.stdout}`);
    return { exitCode: played.exitCode, stderr: `${played.stderr}`, document };
  }

  /** k0's eth0 is all there is, and the Service has an address of its subnet. */
  const cluster = (version: string): Record<string, Answer> => ({
    [`/apis/${version}/hostendpoints`]: {
      // Of a list's items the API says neither kind nor version.
      body: { items: [object('all', { node: 'k0', interfaceName: '*' })] },
    },
    [`/apis/${version}/globalnetworkpolicies`]: { body: { items: [deny] } },
  });

  const outcomesOf = (document: unknown) =>
    GuardReportDocument.parse(document).addresses[0]?.interfaces.flatMap(({ ports }) =>
      ports.flatMap(({ reach }) => reach.map(({ outcome, policy }) => [outcome, policy?.name])),
    );

  it("reads Calico's own API", async () => {
    const { document, exitCode } = await show(cluster('projectcalico.org/v3'), 'web');
    assert.equal(exitCode, 0);
    assert.deepEqual(outcomesOf(document), [['denied', 'closed']]);
    assert.equal(document.calico.api, 'projectcalico.org/v3');
  });

  it('else the objects that Calico keeps', async () => {
    const groups = { body: { groups: [{ name: 'crd.projectcalico.org' }] } };
    const api = { ...cluster('crd.projectcalico.org/v1'), '/apis': groups };
    const { document } = await show(api, 'web');
    assert.deepEqual(outcomesOf(document), [['denied', 'closed']]);
    assert.equal(document.calico.api, 'crd.projectcalico.org/v1');
  });

  it('says where there is no Calico', async () => {
    const { document } = await show({ '/apis': { body: { groups: [] } } }, '192.0.2.70');
    assert.equal(document.calico.presence, 'absent');
  });

  it('what may not be read is not known', async () => {
    const forbidden = { body: { kind: 'Status', message: 'no' }, status: 403 };
    const api = { ...cluster('projectcalico.org/v3'), [POLICIES]: forbidden };
    const { document } = await show(api, 'web');
    assert.deepEqual(outcomesOf(document), [['unknown', undefined]]);
    assert.match(document.unread[0].reason, /403 Forbidden/);
  });
});
