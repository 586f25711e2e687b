import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filesOfNode } from '../../src/explain/files-of-node.ts';
import { readNode } from '../../src/explain/node-network-of.ts';
import { recordedFiles } from './node-files.ts';

const TABLES = ['filter', 'mangle', 'nat', 'raw'];

/** As nft lists what iptables-nft keeps, beside a table of its own. */
const LISTING = JSON.stringify({
  nftables: [
    { table: { family: 'ip', name: 'nat', handle: 1 } },
    {
      chain: {
        ...{ family: 'ip', table: 'nat', name: 'PREROUTING', type: 'nat' },
        ...{ hook: 'prerouting', prio: -100, policy: 'accept' },
      },
    },
    { table: { family: 'inet', name: 'firewall', handle: 2 } },
    {
      chain: {
        ...{ family: 'inet', table: 'firewall', name: 'input', type: 'filter' },
        ...{ hook: 'input', prio: 0, policy: 'drop' },
      },
    },
  ],
});

describe("a node's files", () => {
  it('are rules of both variants of iptables and of nft, each known by its file', () => {
    const legacy = '*filter\n:INPUT DROP [0:0]\nCOMMIT\n';
    const files = recordedFiles('guard', 'k0', {
      'iptables-legacy-save.txt': legacy,
      'nft.json': LISTING,
    });
    const { tables, missing, problems } = readNode(files, 4);
    assert.deepEqual(
      tables.map(({ variant, name }) => `${variant} ${name}`).sort(),
      [
        'iptables-legacy filter',
        ...TABLES.map((name) => `iptables-nft ${name}`),
        'nft firewall',
      ].sort(),
      "nft's view of iptables' tables is left out",
    );
    assert.deepEqual([missing, problems], [[], []]);
  });

  it('say what they know of the network', () => {
    const { network, bridges } = readNode(recordedFiles('guard', 'k0'), 4);
    const [lo] = network.interfaces ?? [];
    assert.equal(lo?.name, 'lo');
    assert.ok(network.routes?.some(({ destination }) => destination.prefix === 0));
    assert.equal(network.rules?.length, 2);
    assert.equal(network.sysctls.get('net.ipv4.ip_forward'), '1');
    assert.ok(network.ipsets.size > 0);
    assert.equal(bridges?.size, 0);
  });

  it('that are missing leave it not known, with the reason', () => {
    const files = recordedFiles('guard', 'k0', { 'ip-route.json': null, 'nft.json': null });
    const { network, missing } = readNode(files, 4);
    assert.equal(network.routes, undefined);
    assert.deepEqual(missing, [
      { file: 'nft.json', reason: 'there is no such program' },
      { file: 'ip-route.json', reason: 'there is no such program' },
    ]);
  });

  it("are nft's listing of iptables' tables where their own save is missing, and that is known", () => {
    const files = recordedFiles('guard', 'k0', {
      'iptables-nft-save.txt': null,
      'nft.json': LISTING,
    });
    const { tables, isLossy } = readNode(files, 4);
    assert.deepEqual(
      tables.map(({ variant, name }) => `${variant} ${name}`),
      ['nft nat', 'nft firewall'],
    );
    assert.equal(isLossy, true);
  });

  it('that cannot be read are problems of their file', () => {
    const { problems, network } = readNode(
      recordedFiles('guard', 'k0', { 'ip-rule.json': '{', 'ip-neigh.json': '{"a": 1}' }),
      4,
    );
    assert.equal(network.rules, undefined);
    assert.deepEqual(
      problems.map(({ file }) => file),
      ['ip-rule.json', 'ip-neigh.json'],
    );
  });

  it('are those of the families that are asked about', () => {
    assert.ok(filesOfNode([4]).includes('ip-neigh.json'));
    assert.ok(!filesOfNode([4]).some((file) => file.includes('6')));
    assert.ok(filesOfNode([6]).includes('ip6tables-nft-save.txt'));
    assert.deepEqual(filesOfNode([]), []);
  });
});
