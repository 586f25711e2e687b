import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CalicoResource } from '../../src/calico/objects.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { ask, fromHost, ip, PLACE, packet, toHost, told, toService } from './ask.ts';
import { ALLOWING, buildObjects, endpoint, object, policy, preDnat } from './build-objects.ts';

const GUARDED = { guarded: 'true' };
const allow = { action: 'Allow' };
const deny = { action: 'Deny' };

/** k0's ens34 has an endpoint that everything is allowed through, but for these policies. */
function withPolicies(
  policies: ApiObject[],
  lists: Partial<Record<CalicoResource, ApiObject[]>> = {},
  unread: Partial<Record<CalicoResource, string>> = {},
) {
  const hostendpoints = [endpoint('k0-ens34', ALLOWING, GUARDED)];
  return buildObjects({ hostendpoints, globalnetworkpolicies: policies, ...lists }, unread);
}

describe('policies are asked in order', () => {
  const ordered = (name: string, order: number | undefined, ...ingress: object[]) =>
    policy(name, { ...(order !== undefined && { order }), ingress });

  it('the lower number first, one without a number last', () => {
    const objects = withPolicies([
      ordered('none', undefined, deny),
      ordered('b', 20, deny),
      ordered('c', 10.5, allow),
    ]);
    assert.equal(told(objects, toHost(8000)), 'allowed by c 1');
  });

  it('of one number by name', () => {
    const objects = withPolicies([ordered('b', 1, deny), ordered('a', 1, allow)]);
    assert.equal(told(objects, toHost(8000)), 'allowed by a 1');
  });

  it('their rules as they stand; Log goes on', () => {
    const rules = [{ action: 'Log' }, { ...deny, destination: { ports: [8000] } }, allow];
    const objects = withPolicies([ordered('a', 1, ...rules)]);
    assert.equal(told(objects, toHost(8000)), 'denied by a 2');
    assert.equal(told(objects, toHost(8001)), 'allowed by a 3');
  });

  it('what no rule takes is denied, where a policy is for the endpoint and the direction', () => {
    const objects = withPolicies([ordered('a', 1)]);
    assert.equal(told(objects, toHost(8000)), 'denied by a');
    assert.equal(told(objects, fromHost('20.1.0.165', 8000)), 'allowed');
  });

  it('one without types governs both directions', () => {
    const objects = withPolicies([policy('a', { types: undefined, ingress: [allow] })]);
    assert.equal(told(objects, toHost(8000)), 'allowed by a 1');
    assert.equal(told(objects, fromHost('20.1.0.165', 8000)), 'denied by a');
  });

  it('one whose selector the endpoint has not the labels for is not asked', () => {
    const objects = withPolicies([policy('a', { selector: '!has(guarded)', ingress: [deny] })]);
    assert.equal(told(objects, toHost(8000)), 'allowed');
  });

  it("a selector sees the labels of the endpoint's profiles, behind its own", () => {
    const profiles = [
      object('p', { labelsToApply: { zone: 'dmz', guarded: 'no' }, ingress: [allow] }),
    ];
    const hostendpoints = [endpoint('k0-ens34', { profiles: ['p'] }, GUARDED)];
    const told1 = (selector: string) =>
      told(
        withPolicies([policy('a', { selector, ingress: [deny] })], { profiles, hostendpoints }),
        toHost(8000),
      );
    assert.equal(told1("zone == 'dmz'"), 'denied by a 1');
    assert.equal(told1("guarded == 'no'"), 'allowed');
  });

  it('with namespaceSelector all() means what is in a namespace, and an endpoint is in none', () => {
    const asked = (spec: object) =>
      told(withPolicies([policy('a', { ingress: [deny], ...spec })]), toHost(8000));
    assert.equal(asked({ selector: 'all()', namespaceSelector: "team != 'x'" }), 'allowed');
    assert.equal(
      asked({ selector: 'has(guarded)', namespaceSelector: "team != 'x'" }),
      'denied by a 1',
    );
    assert.equal(asked({ selector: '', serviceAccountSelector: 'all()' }), 'allowed');
  });

  it('a NetworkPolicy is for endpoints of its namespace, which host endpoints have not', () => {
    const networkpolicies = [object('a', { ingress: [deny] }, { namespace: 'default' })];
    assert.equal(told(withPolicies([], { networkpolicies }), toHost(8000)), 'allowed');
    const labels = { 'projectcalico.org/namespace': 'default' };
    const hostendpoints = [endpoint('k0-ens34', ALLOWING, labels)];
    assert.equal(
      told(withPolicies([], { networkpolicies, hostendpoints }), toHost(8000)),
      'denied by a 1',
    );
  });
});

describe('tiers', () => {
  const tiers = [
    object('security', { order: 100 }),
    object('default', { order: 1_000_000 }),
    object('open', { order: 200, defaultAction: 'Pass' }),
  ];
  const inTier = (tier: string, name: string, ...ingress: object[]) =>
    policy(name, { tier, ingress });

  it('come in order, and what no rule of one takes is denied there', () => {
    const objects = withPolicies([policy('a', { ingress: [allow] }), inTier('security', 'z')], {
      tiers,
    });
    assert.equal(told(objects, toHost(8000)), 'denied by z');
  });

  it('Pass goes on with the next one, past the rest of this', () => {
    const objects = withPolicies(
      [
        inTier('security', 'a', { action: 'Pass' }),
        inTier('security', 'b', deny),
        policy('c', { ingress: [allow] }),
      ],
      { tiers },
    );
    assert.equal(told(objects, toHost(8000)), 'allowed by c 1');
  });

  it('Pass in the last one leaves it to the profiles', () => {
    const objects = withPolicies([policy('a', { ingress: [{ action: 'Pass' }, deny] })], { tiers });
    assert.equal(
      ask(objects, toHost(8000)).reason,
      'profile projectcalico-default-allow allows it',
    );
  });

  it('what no rule takes goes on where that is the default', () => {
    const objects = withPolicies([inTier('open', 'a'), policy('b', { ingress: [allow] })], {
      tiers,
    });
    assert.equal(told(objects, toHost(8000)), 'allowed by b 1');
    const admin = withPolicies([inTier('adminnetworkpolicy', 'a')], {
      tiers: [object('adminnetworkpolicy', { order: 1000 })],
    });
    assert.equal(told(admin, toHost(8000)), 'allowed');
  });

  it('one that does not exist comes last', () => {
    const objects = withPolicies([inTier('gone', 'a', deny), policy('b', { ingress: [allow] })], {
      tiers,
    });
    assert.equal(told(objects, toHost(8000)), 'allowed by b 1');
  });

  it('where they could not be read, the order is not known', () => {
    const unread = { tiers: '403 Forbidden' };
    assert.equal(
      told(withPolicies([inTier('security', 'a', deny)], {}, unread), toHost(8000)),
      'unknown',
    );
    assert.equal(
      told(withPolicies([policy('a', { ingress: [deny] })], {}, unread), toHost(8000)),
      'denied by a 1',
    );
  });
});

describe('preDNAT policies', () => {
  it('see the address and port that the client asked for', () => {
    const objects = withPolicies([
      preDnat('a', 1, { ...deny, destination: { nets: ['192.168.99.39/32'] } }),
      preDnat('b', 2, { ...deny, destination: { nets: ['20.1.0.167/32'], ports: ['80:81'] } }),
    ]);
    assert.equal(told(objects, toService()), 'denied by b 1');
  });

  it('that allow go before everything that comes later', () => {
    const objects = withPolicies([
      preDnat('a', 1, allow),
      policy('b', { applyOnForward: true, ingress: [deny] }),
    ]);
    assert.equal(told(objects, toService()), 'allowed by a 1');
    assert.equal(told(objects, toHost(8000)), 'allowed by a 1');
  });

  it('deny nothing at their end', () => {
    const objects = withPolicies([preDnat('a', 1, { ...allow, protocol: 'UDP' })]);
    assert.equal(told(objects, toService()), 'allowed');
  });

  it('are not asked about what leaves', () => {
    const objects = withPolicies([preDnat('a', 1, deny)]);
    assert.equal(told(objects, fromHost('20.1.0.165', 8000)), 'allowed');
  });

  it('of an endpoint for all interfaces hold where this one has none of its own', () => {
    const hostendpoints = [
      endpoint('k0-all', { interfaceName: '*' }, GUARDED),
      endpoint('k0-ens34', ALLOWING, { own: 'true' }),
    ];
    const all = preDnat('all', 1, deny);
    const own = preDnat('own', 2, { ...allow, protocol: 'UDP' });
    own.spec.selector = 'has(own)';
    assert.equal(told(withPolicies([all], { hostendpoints }), toService()), 'denied by all 1');
    assert.equal(told(withPolicies([all, own], { hostendpoints }), toService()), 'allowed');
  });
});

describe('forwarded packets', () => {
  it('are let through where no policy has applyOnForward', () => {
    const objects = withPolicies([policy('a', { ingress: [deny] })], {
      hostendpoints: [endpoint('k0-ens34', {}, GUARDED)],
    });
    assert.equal(told(objects, toService()), 'allowed');
  });

  it('are seen with the address that kube-proxy gave them', () => {
    const to = (address: string) => ({ ...allow, destination: { nets: [address] } });
    const asked = (address: string) =>
      told(
        withPolicies([policy('a', { applyOnForward: true, ingress: [to(address)] })]),
        toService(),
      );
    assert.equal(asked('192.168.99.39/32'), 'allowed by a 1');
    assert.equal(asked('20.1.0.167/32'), 'denied by a');
  });

  it('have no failsafe ports', () => {
    const objects = withPolicies([policy('a', { applyOnForward: true, ingress: [deny] })]);
    const passage = { ...toService(), after: { destination: ip('192.168.99.39'), port: 22 } };
    assert.equal(told(objects, passage), 'denied by a 1');
  });

  it('whose way is not known are known where no rule goes by it', () => {
    const asked = (rule: object) =>
      told(withPolicies([policy('a', { applyOnForward: true, ingress: [rule] })]), {
        ...toService(),
        after: null,
      });
    assert.equal(asked(deny), 'denied by a 1');
    assert.equal(asked({ ...allow, destination: { ports: [80] } }), 'unknown by a 1');
  });

  it('that leave are judged by egress rules with applyOnForward', () => {
    const rules = { types: ['Egress'], egress: [deny] };
    const out = { ...toService(), direction: 'egress' as const };
    assert.equal(told(withPolicies([policy('a', rules)]), out), 'allowed');
    assert.equal(
      told(withPolicies([policy('a', { ...rules, applyOnForward: true })]), out),
      'denied by a 1',
    );
  });
});

describe('untracked policies', () => {
  const untracked = (name: string, ...ingress: object[]) =>
    policy(name, { doNotTrack: true, applyOnForward: true, ingress });

  it('come before preDNAT ones, and deny nothing at their end', () => {
    const before = preDnat('b', 1, deny);
    assert.equal(
      told(withPolicies([untracked('a', allow), before]), toService()),
      'allowed by a 1',
    );
    assert.equal(told(withPolicies([untracked('a'), before]), toService()), 'denied by b 1');
  });

  it('hold at endpoints for this interface alone', () => {
    const hostendpoints = [endpoint('k0-all', { interfaceName: '*', ...ALLOWING }, GUARDED)];
    assert.equal(
      told(withPolicies([untracked('a', deny)], { hostendpoints }), toHost(8000)),
      'allowed',
    );
  });

  it('are asked about what the node itself sends', () => {
    const out = policy('a', { doNotTrack: true, types: ['Egress'], egress: [deny] });
    assert.equal(told(withPolicies([out]), fromHost('20.1.0.165', 8000)), 'denied by a 1');
  });
});

describe('failsafe ports', () => {
  const denyAll = [preDnat('a', 1, deny), policy('b', { types: ['Ingress', 'Egress'] })];

  it('are open whatever policies say', () => {
    const objects = withPolicies(denyAll);
    for (const port of [22, 179, 2379, 2380, 5473, 6443, 6666, 6667]) {
      assert.equal(told(objects, toHost(port)), 'allowed', `in ${port}`);
    }
    assert.equal(told(objects, toHost(68, { protocol: 17 })), 'allowed');
    for (const port of [179, 2379, 2380, 5473, 6443, 6666, 6667]) {
      assert.equal(told(objects, fromHost('10.1.0.1', port)), 'allowed', `out ${port}`);
    }
    for (const port of [53, 67])
      assert.equal(told(objects, fromHost('10.1.0.1', port, 17)), 'allowed');
  });

  it('are of one protocol and one direction', () => {
    const objects = withPolicies(denyAll);
    assert.equal(told(objects, toHost(22, { protocol: 17 })), 'denied by a 1');
    assert.equal(told(objects, fromHost('10.1.0.1', 22)), 'denied by b');
    assert.equal(told(objects, toHost(53, { protocol: 17 })), 'denied by a 1');
  });

  it('on the external IP are past the guard, too', () => {
    assert.equal(
      told(withPolicies([preDnat('a', 1, deny)]), toService('20.1.0.77', { destinationPort: 22 })),
      'allowed',
    );
  });

  it('are as FelixConfiguration has them: of the node, else of all; an empty list is none', () => {
    const ports = (failsafeInboundHostPorts: object[]) => ({ failsafeInboundHostPorts });
    const asked = (felixconfigurations: ApiObject[], port: number) =>
      told(withPolicies(denyAll, { felixconfigurations }), toHost(port));
    const none = object('default', ports([]));
    assert.equal(asked([none], 22), 'denied by a 1');
    const own = object('node.k0', ports([{ protocol: 'tcp', port: 2222 }]));
    assert.equal(asked([none, own], 2222), 'allowed');
    assert.equal(asked([object('default', { failsafeInboundHostPorts: null })], 22), 'allowed');
    const others = object('node.k2', ports([{ port: 2222 }]));
    assert.equal(asked([others], 2222), 'denied by a 1');
  });

  it('may be for some addresses only', () => {
    const felixconfigurations = [
      object('default', {
        failsafeInboundHostPorts: [{ protocol: 'TCP', port: 22, net: '10.0.0.0/8' }],
      }),
    ];
    const objects = withPolicies(denyAll, { felixconfigurations });
    assert.equal(told(objects, toHost(22, { source: ip('10.9.9.9') })), 'allowed');
    assert.equal(told(objects, toHost(22)), 'denied by a 1');
  });

  it('are not known where they could not be read, and that may not matter', () => {
    const unread = { felixconfigurations: '403 Forbidden' };
    assert.equal(told(withPolicies(denyAll, {}, unread), toHost(22)), 'unknown');
    assert.equal(told(withPolicies([], {}, unread), toHost(22)), 'allowed');
  });
});

describe('profiles', () => {
  const withProfiles = (names: string[], ...profiles: ApiObject[]) =>
    buildObjects({ hostendpoints: [endpoint('k0-ens34', { profiles: names })], profiles });

  it('are asked where no policy is for the endpoint; none, or none that allows, denies', () => {
    assert.equal(told(withProfiles([]), toHost(8000)), 'denied');
    const web = object('web', {
      ingress: [{ ...allow, protocol: 'TCP', destination: { ports: [80] } }],
    });
    assert.equal(told(withProfiles(['web'], web), toHost(80)), 'allowed');
    assert.equal(told(withProfiles(['web'], web), toHost(81)), 'denied');
    assert.equal(
      told(withProfiles(['web', 'projectcalico-default-allow'], web), toHost(81)),
      'allowed',
    );
  });

  it('one that does not exist denies', () => {
    assert.equal(told(withProfiles(['gone', 'projectcalico-default-allow']), toHost(80)), 'denied');
  });

  it('one that Calico makes of a namespace, and that was not read, is not known', () => {
    assert.equal(told(withProfiles(['kns.default']), toHost(80)), 'unknown');
  });
});

describe('it cannot be known', () => {
  it('where policies could not be read, unless no endpoint governs', () => {
    const unread = { globalnetworkpolicies: '403 Forbidden' };
    assert.equal(told(withPolicies([], {}, unread), toService()), 'unknown');
    assert.equal(told(withPolicies([], { hostendpoints: [] }, unread), toService()), 'allowed');
  });

  it('where a selector cannot be read: the policy may be for the endpoint', () => {
    const objects = withPolicies([policy('a', { selector: 'has(x', ingress: [deny] })]);
    assert.match(
      ask(objects, toHost(80)).reason,
      /^GlobalNetworkPolicy a: its selector is none: .* 4$/,
    );
  });

  it('where a rule goes by what is not known, unless it does not matter', () => {
    const named = { ...deny, destination: { ports: ['web'] } };
    assert.equal(
      told(withPolicies([policy('a', { ingress: [named, allow] })]), toHost(80)),
      'unknown by a 1',
    );
    assert.equal(
      told(withPolicies([policy('a', { ingress: [named, deny] })]), toHost(80)),
      'denied by a 2',
    );
    assert.equal(
      told(withPolicies([policy('a', { ingress: [allow, named] })]), toHost(80)),
      'allowed by a 1',
    );
  });

  it("where Calico's agent works with eBPF", () => {
    const felixconfigurations = [object('default', { bpfEnabled: true })];
    assert.equal(told(withPolicies([], { felixconfigurations }), toHost(80)), 'unknown');
    assert.equal(
      told(withPolicies([], { felixconfigurations, hostendpoints: [] }), toHost(80)),
      'allowed',
    );
  });
});

it('ten thousand rules that are not known are no deeper than one', () => {
  const rules = Array.from({ length: 10_000 }, () => ({
    ...allow,
    destination: { ports: ['web'] },
  }));
  const objects = withPolicies([policy('a', { ingress: [...rules, deny] })]);
  assert.equal(told(objects, toHost(80)), 'unknown by a 1');
});

it('the packet of another interface is judged by that one', () => {
  const objects = withPolicies([preDnat('a', 1, deny)]);
  assert.equal(told(objects, toService(), { ...PLACE, interface: 'ens33' }), 'allowed');
  assert.equal(told(objects, { ...toService(), packet: packet() }), 'denied by a 1');
});
