import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildLink, buildNodeState, IP } from '../build-snapshot.ts';
import { explainNodes, told } from './explain-recorded.ts';
import { recordedFiles, SYSCTLS } from './node-files.ts';

const K2 = { state: buildNodeState('k2'), files: recordedFiles('no-endpoint', 'k2') };

/** k0 with the address on `lo`, and this arp_ignore on ens34. */
function holderOnLoopback(arpIgnore: number) {
  const links: { ifname: string; addr_info: { local: string }[] }[] = JSON.parse(
    `${recordedFiles('no-endpoint', 'k0').bytes['ip-addr.json']}`,
  );
  const from = links.find(({ ifname }) => ifname === 'ens34');
  const at = from?.addr_info.findIndex(({ local }) => local === IP) ?? -1;
  const own = from?.addr_info.splice(at, 1) ?? [];
  links.find(({ ifname }) => ifname === 'lo')?.addr_info.push(...own);
  const interfaces = [
    buildLink('lo', [{ ip: IP }], { loopback: true, mac: null }),
    buildLink('ens34', [{ ip: '20.1.0.160', prefix: 24 }]),
  ];
  const settings = ['all.arp_ignore = 0', `ens34.arp_ignore = ${arpIgnore}`];
  return {
    state: buildNodeState('k0', { interfaces }),
    files: recordedFiles('no-endpoint', 'k0', {
      'ip-addr.json': JSON.stringify(links),
      'sysctl.txt': `${SYSCTLS}${settings.map((it) => `net.ipv4.conf.${it}\n`).join('')}`,
    }),
  };
}

describe('an address that its node has on lo alone', () => {
  it('is answered for while arp_ignore is 0', () => {
    const { flows, observations } = explainNodes([holderOnLoopback(0), K2]);
    assert.equal(flows[0]?.verdict.outcome, 'delivered');
    assert.ok(!observations.some(({ code }) => code === 'silent-holder'));
  });

  it('is not answered for with arp_ignore 1: nothing comes in, and the command that helps is named', () => {
    const { flows, observations } = explainNodes([holderOnLoopback(1), K2]);
    const [outside] = flows;
    assert.equal(outside && told(outside), 'external k0 20.1.0.254: dropped silent-holder');
    assert.equal(outside?.holder, true);
    const fix = { command: `on k0: ip addr add ${IP}/32 dev ens34` };
    assert.deepEqual(outside?.fix, fix);
    const [gravest] = observations;
    assert.deepEqual([gravest?.code, gravest?.severity], ['silent-holder', 'error']);
    assert.match(
      gravest?.message ?? '',
      /k0 has 20\.1\.0\.167 on lo, and its segment is that of ens34/,
    );
    assert.ok(flows.slice(2).every(({ verdict }) => verdict.outcome === 'delivered'));
  });
});
