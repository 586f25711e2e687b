import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { filesOfNode } from '../../src/explain/files-of-node.ts';
import { collectNodeFiles, filesScript } from '../../src/nodes/collect-files.ts';
import { ipAnswers } from '../../src/nodes/ip-questions.ts';
import { joinListings } from '../../src/nodes/join-listings.ts';
import { sysctlLines } from '../../src/nodes/sysctl-lines.ts';
import { section } from '../../src/nodes/transcript.ts';
import { NODE_FILES, type NodeFile } from '../../src/snapshot/node-files.ts';
import { createSegment, NO_SEGMENT } from './segment.ts';
import { createShells } from './shells.ts';

const NODE = { metadata: { name: 'k0' } };

test('what extip left on a node is read where one of its files is wanted', () => {
  const asks = (...wanted: NodeFile[]) => filesScript(wanted).body.includes('section records');
  assert.ok(!asks(...filesOfNode([4, 6])));
  assert.ok(asks('ip-addr.json', 'persistence.txt'));
  assert.ok(asks('extip-records.json'));
});

test('of a node that cannot be reached each file is missing, with the reason', async () => {
  const config = { k0: { command: ['false'] } };
  const wanted = filesOfNode([4]);
  const { state, files } = await collectNodeFiles(NODE, wanted, { ssh: {}, config });
  assert.equal(state.status, 'unreachable');
  assert.deepEqual(files.bytes, {});
  assert.deepEqual(Object.keys(files.missing).sort(), wanted.sort());
  assert.match(files.missing['sysctl.txt'] ?? '', /false did not start the script: exit 1/);
});

test('listings of tables become one, and what is none is refused', () => {
  const join = (text: string) => joinListings(Buffer.from(text))?.toString();
  assert.equal(join('{"nftables": [1]}\n'), '{"nftables": [1]}');
  assert.equal(join('{"nftables": [1]}\n{"nftables": [2, 3]}\n'), '{"nftables": [1, 2, 3]}\n');
  assert.equal(join(''), '{"nftables": []}\n');
  assert.equal(join('{"nftables": [1]}\noops'), undefined);
});

test("settings are written as sysctl does: an interface's dots become slashes", () => {
  const printed = 'net/ipv4/ip_forward:1\nnet/ipv4/conf/eth0.10/rp_filter:2\nports:1 2:3\n';
  const written = 'net.ipv4.ip_forward = 1\nnet.ipv4.conf.eth0/10.rp_filter = 2\nports = 1 2:3\n';
  assert.equal(sysctlLines(Buffer.from(printed)).toString(), written);
});

test('what `ip` answers together is a file for each question, or none where a line is lacking', () => {
  const wanted = ['ip-route.json', 'ip-rule.json'] as const;
  const answers = (text: string, exitCode = 0) => {
    const printed = section(Buffer.from(text), '', exitCode);
    const sections = ipAnswers(wanted, new Map([['ip-4', printed]]));
    return [...sections].map(([name, { stdout, exitCode }]) => [name, stdout, exitCode]);
  };
  assert.deepEqual(answers('[1]\n[]\n'), [
    ['file-ip-route.json', '[1]\n', 0],
    ['file-ip-rule.json', '[]\n', 0],
  ]);
  assert.deepEqual(answers('[1]\n'), [
    ['file-ip-route.json', '', 1],
    ['file-ip-rule.json', '', 1],
  ]);
  assert.deepEqual(answers('[1]\n', 1), [], 'each is asked alone');
});

describe('the files of a node', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const shells = createShells();
  const segment = createSegment({ k0: ['10.9.0.1/24', 'fd00::1/64'] });
  after(() => {
    segment.remove();
    shells.remove();
  });
  const run = (command: string) => segment.run('k0', 'sh', '-c', command);
  const rules = () => run('nft list ruleset; cat /proc/net/ip_tables_names');

  const collect = (prefix: string[], wanted: readonly NodeFile[] = NODE_FILES) =>
    collectNodeFiles(NODE, wanted, { ssh: {}, config: { k0: { command: prefix } } });
  const plainly = segment.reach('k0').argv.slice(0, -2);

  run(`iptables-nft -A INPUT -s 192.0.2.1 -j DROP
    nft add table inet own
    nft add chain inet own 'in' '{ type filter hook input priority 0; }'
    ip link add eth0.10 link eth0 type vlan id 10 2>/dev/null || ip link add eth0.10 type veth
    sysctl -qw net.ipv4.conf.eth0.rp_filter=1
    true`);

  for (const [name, path] of Object.entries(shells.paths)) {
    test(`with ${name}: each as its program prints it, and nothing is changed`, async () => {
      const before = rules();
      const { argv } = segment.reach('k0', { path: `${path}:${process.env.PATH}` });
      const { state, files } = await collect(argv.slice(0, -2));
      assert.equal(rules(), before);
      assert.equal(state.facts?.root, true);
      const text = (file: NodeFile) => files.bytes[file]?.toString() ?? `!${files.missing[file]}`;
      assert.match(text('iptables-nft-save.txt'), /^-A INPUT -s 192\.0\.2\.1\/32 -j DROP$/m);
      assert.equal(text('iptables-legacy-save.txt'), '', 'no legacy tables, and that is known');
      assert.match(text('sysctl.txt'), /^net\.ipv4\.conf\.eth0\.rp_filter = 1$/m);
      assert.match(text('sysctl.txt'), /^net\.ipv4\.conf\.eth0\/10\.rp_filter = \d$/m);
      assert.match(text('sysctl.txt'), /^net\.ipv6\.conf\.all\.forwarding = \d$/m);
      assert.equal(JSON.parse(text('ip-addr.json'))[0].ifname, 'lo');
      assert.ok(text('ip-route-6.json').includes('fd00::/64'));
      assert.match(text('kube-proxy.txt'), /^!http:\/\/127\.0\.0\.1:10249\/proxyMode: /);
      assert.deepEqual(JSON.parse(text('extip-records.json')), { records: [], damaged: [] });
      const tables = JSON.parse(text('nft.json')).nftables.flatMap(
        ({ table }: { table?: { name: string } }) => table?.name ?? [],
      );
      assert.deepEqual(tables, ['own'], 'that of iptables-nft is in its save');
    });
  }

  test('where only iptables-save is there its rules go by what it says it is', async () => {
    // The script looks in /usr/sbin too, whatever PATH is.
    const kept = join(segment.varLib('k0'), 'kept');
    mkdirSync(kept);
    for (const program of ['ip', 'nft', 'iptables-save']) {
      copyFileSync(join('/usr/sbin', program), join(kept, program));
      chmodSync(join(kept, program), 0o755);
    }
    const hide = ['sh', '-c', 'mount --bind "$0" /usr/sbin && exec "$@"', kept];
    const wanted = ['iptables-nft-save.txt', 'ip6tables-nft-save.txt'] as const;
    const { state, files } = await collect([...plainly, ...hide], wanted);
    assert.equal(state.facts?.recordsUnread, 'they were not asked for');
    assert.match(files.bytes['iptables-nft-save.txt']?.toString() ?? '', /192\.0\.2\.1/);
    assert.equal(
      files.missing['ip6tables-nft-save.txt'],
      'there is no ip6tables-nft-save on the node',
    );
  });

  test('where `ip` cannot answer all at once it is asked one by one, and what fails says why', async () => {
    const folder = join(segment.varLib('k0'), 'programs');
    mkdirSync(folder);
    const refuses = 'case "$*" in *batch* | *rule*) echo "no such thing" >&2; exit 255 ;; esac';
    writeFileSync(join(folder, 'ip'), `#!/bin/sh\n${refuses}\nexec /usr/sbin/ip "$@"\n`, {
      mode: 0o755,
    });
    const { argv } = segment.reach('k0', { path: `${folder}:${process.env.PATH}` });
    const wanted = ['ip-route.json', 'ip-rule.json', 'ip-neigh.json'] as const;
    const { files } = await collect(argv.slice(0, -2), wanted);
    assert.ok(JSON.parse(files.bytes['ip-route.json']?.toString() ?? '').length > 0);
    assert.deepEqual(JSON.parse(files.bytes['ip-neigh.json']?.toString() ?? ''), []);
    assert.deepEqual(files.missing, { 'ip-rule.json': 'no such thing' });
  });

  test('kube-proxy is asked for its mode only where one of the named interfaces is there', async () => {
    const missing = async () => {
      const options = { ssh: {}, config: { k0: { command: plainly } } };
      const { files } = await collectNodeFiles(NODE, ['kube-proxy.txt'], {
        ...options,
        kubeProxyBeside: ['kube-ipvs0', 'cilium_host'],
      });
      return files.missing['kube-proxy.txt'] ?? '';
    };
    assert.match(await missing(), /^not asked: /);
    run('ip link add cilium_host type veth peer name cilium_net');
    assert.match(await missing(), /^http:/);
    run('ip link del cilium_host');
  });

  test('a table of iptables-nft in which nothing calls a chain is in its save alone', async () => {
    run('ip6tables-nft -t mangle -N KUBE-PROXY-CANARY');
    const { files } = await collect(plainly, ['nft.json', 'ip6tables-nft-save.txt']);
    run('nft delete table ip6 mangle');
    assert.match(files.bytes['ip6tables-nft-save.txt']?.toString() ?? '', /^:KUBE-PROXY-CANARY /m);
    assert.doesNotMatch(files.bytes['nft.json']?.toString() ?? '', /CANARY/);
  });

  test('without root what is refused says so', async () => {
    const { argv } = segment.reach('k0', { user: 'nobody' });
    const { state, files } = await collect(argv.slice(0, -2));
    assert.equal(state.status, 'ok');
    assert.match(files.missing['iptables-nft-save.txt'] ?? '', /must be root/);
    assert.match(files.missing['nft.json'] ?? '', /not permitted/);
    assert.ok(files.bytes['ip-route.json']);
  });
});
