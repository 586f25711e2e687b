import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ask, fromHost, ip, packet, toHost, toService } from './ask.ts';
import { buildObjects } from './build-objects.ts';
import { REACHABILITY } from './reachability-cases.ts';

describe('what is reached through an interface, as it was seen with the real agent', () => {
  for (const { name, client, objects: items, seen } of REACHABILITY) {
    it(`${name}: ${seen}`, () => {
      const objects = buildObjects(items);
      const reached = [
        // The Service's external IP and port.
        toService(client),
        // A process of the node on the same address.
        toHost(9000, { source: ip(client), destination: ip('20.1.0.167') }),
        // A node port.
        {
          ...toService(client),
          packet: packet({
            source: ip(client),
            destination: ip('20.1.0.160'),
            destinationPort: 30080,
          }),
        },
        // The other node on the same segment.
        toHost(10250, { source: ip('20.1.0.150') }),
        // The node's own way out.
        fromHost('20.1.0.165', 8000),
      ].map((passage) => (ask(objects, passage).outcome === 'allowed' ? 'Y' : 'N'));
      assert.equal(reached.join(''), seen);
    });
  }
});
