/** Who gets in to each of several guarded addresses of one interface, by IPv4 and IPv6, and on which way: by packets. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { calicoOf, reaches } from '../../calico/guard/observe.ts';
import { change } from '../../commands/extip.ts';
import { on, stateOf } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

/** One family of the lab; the third client shares its host with the first. */
interface Setting {
  family: string;
  scenario: string;
  service: string;
  prefix: 32 | 128;
  clients: Record<'client' | 'client2' | 'a third', { host: string; source: string }>;
  /** The address of the other node, on the segment. */
  k2: string;
  addresses: { ip: string; sources: string[]; letsIn: string[] }[];
}

const SETTINGS: Setting[] = [
  {
    family: 'IPv4',
    scenario: 's2',
    service: 'svc-test-1',
    prefix: 32,
    clients: {
      client: { host: 'client', source: '20.1.0.165' },
      client2: { host: 'client2', source: '30.1.0.165' },
      'a third': { host: 'client', source: '20.1.0.77' },
    },
    k2: '20.1.0.150',
    addresses: [
      { ip: '20.1.0.167', sources: ['20.1.0.165', '30.1.0.165'], letsIn: ['client', 'client2'] },
      { ip: '20.1.0.168', sources: ['20.1.0.0/24'], letsIn: ['client', 'a third'] },
      { ip: '20.1.0.169', sources: ['20.1.0.77'], letsIn: ['a third'] },
    ],
  },
  {
    family: 'IPv6',
    scenario: 's2-dual',
    service: 'svc-test-6',
    prefix: 128,
    clients: {
      client: { host: 'client', source: '2001:db8:1::165' },
      client2: { host: 'client2', source: '2001:db8:3::165' },
      'a third': { host: 'client', source: '2001:db8:1::77' },
    },
    k2: '2001:db8:1::150',
    addresses: [
      {
        ip: '2001:db8:1::167',
        sources: ['2001:db8:1::165', '2001:db8:3::165'],
        letsIn: ['client', 'client2'],
      },
      { ip: '2001:db8:1::168', sources: ['2001:db8:1::/64'], letsIn: ['client', 'a third'] },
    ],
  },
];

for (const setting of SETTINGS) {
  const { family, scenario, service, prefix, clients, addresses } = setting;
  describe(`guarded addresses of one interface, ${family}`, {
    skip: await skipWithoutLab(),
  }, () => {
    let lab: Lab;
    let clean: [string, string];
    let right = 0;
    let all = 0;
    before(async () => {
      lab = await startLab(scenario);
      const third = `${clients['a third'].source}/${prefix} dev eth0`;
      await on(lab, 'client', `ip addr add ${third} ${prefix === 128 ? 'nodad' : ''}`);
      clean = [await stateOf(lab), await calicoOf(lab)];
      for (const { ip, sources } of addresses) {
        const from = sources.map((source) => `--source ${source}`).join(' ');
        await change(lab, `assign ${service} ${ip} --node k0 --guard ${from}`);
      }
    });
    after(async () => {
      console.log(`guarded addresses, ${family}: ${right} of ${all} clients as expected`);
      await lab?.down();
    });

    /** Who gets in is seen as a line for each address. */
    async function clientsGetIn(way: string): Promise<void> {
      for (const { ip, letsIn } of addresses) {
        const names = Object.keys(clients) as (keyof typeof clients)[];
        all += names.length;
        const seen = await waitFor('the agents', async () => {
          const found: string[] = [];
          for (const name of names) {
            const { host, source } = clients[name];
            if (await reaches(lab, host, source, 80, ip)) found.push(name);
          }
          assert.deepEqual(found, letsIn, `${ip} ${way}`);
          return found;
        });
        right += names.length;
        console.log(`${ip} ${way}: expected ${letsIn.join(', ')}; seen ${seen.join(', ')}`);
      }
    }

    it('let in exactly who is permitted, directly', () => clientsGetIn('directly'));

    it('and by a route through the other node', async () => {
      const routes = (verb: string) =>
        addresses
          .map(({ ip }) => `ip route ${verb} ${ip}/${prefix} via ${setting.k2}`)
          .join(' && ');
      for (const host of ['client', 'router']) await on(lab, host, routes('add'));
      await clientsGetIn('through k2');
      for (const host of ['client', 'router']) await on(lab, host, routes('del'));
    });

    it('leave neighbours to find each other, the addresses among them', async () => {
      const targets = [...addresses.map(({ ip }) => ip), setting.k2];
      for (const ip of targets) {
        await on(lab, 'client', `ip neigh flush dev eth0 && ping -c 1 -W 2 ${ip}`);
      }
      for (const node of ['k0', 'k2']) {
        const { source } = clients.client;
        await on(lab, node, `ip neigh flush dev ens34 && ping -c 1 -W 2 ${source}`);
      }
    });

    it('are taken away one by one, and at the end nothing is left', async () => {
      const [first, ...others] = addresses;
      assert.ok(first);
      await change(lab, `release ${service} ${first.ip}`);
      for (const { ip, letsIn } of others) {
        const [name = assert.fail()] = letsIn as (keyof typeof clients)[];
        assert.ok(await reaches(lab, clients[name].host, clients[name].source, 80, ip), ip);
        await change(lab, `release ${service} ${ip}`);
      }
      assert.deepEqual([await stateOf(lab), await calicoOf(lab)], clean);
    });
  });
}
