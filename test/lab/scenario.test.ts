import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podsOf } from './cluster.ts';
import { rolesOf } from './host.ts';
import { hostsOf, loadScenario, scenarioNames } from './scenario.ts';

describe('every scenario', async () => {
  for (const name of await scenarioNames()) {
    const scenario = await loadScenario(name);
    const hosts = hostsOf(scenario);
    const nodes = scenario.nodes.map((node) => node.name);
    const interfaces = hosts.flatMap((host) => host.interfaces);

    it(`${name} names each host once`, () => {
      const count = hosts.length + podsOf(scenario).length;
      assert.equal(Object.keys(rolesOf(scenario)).length, count);
    });

    it(`${name} gives each address once, on a network that it has`, () => {
      const addresses = interfaces.flatMap((port) => port.addresses);
      assert.equal(new Set(addresses).size, addresses.length);
      for (const { network } of interfaces) assert.ok(scenario.networks.includes(network), network);
    });

    it(`${name} puts its pods and its control plane on its nodes`, () => {
      assert.ok(nodes.includes(scenario.controlPlane));
      for (const pod of podsOf(scenario)) assert.ok(nodes.includes(pod.node), pod.name);
    });
  }
});
