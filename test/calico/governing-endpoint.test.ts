import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { governingEndpoint, isAutomatic } from '../../src/calico/governing-endpoint.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { PLACE } from './ask.ts';
import { buildObjects, endpoint, object } from './build-objects.ts';

const AUTO = endpoint(
  'k0-auto-hep',
  { interfaceName: '*', expectedIPs: ['20.1.0.160'] },
  { 'projectcalico.org/created-by': 'calico-kube-controllers' },
);

/** Which of the endpoints governs k0's ens34, by what, and which do nothing beside it. */
function governs(
  endpoints: ApiObject[],
  place: typeof PLACE | { addresses: null } = PLACE,
): string {
  const objects = buildObjects({ hostendpoints: endpoints });
  const found = governingEndpoint(objects, { ...PLACE, ...place });
  if ('unknown' in found) return `unknown: ${found.unknown}`;
  const { endpoint, by, idle } = found;
  const beside = idle.map(({ metadata }) => metadata.name).join(' ');
  return endpoint ? `${endpoint.metadata.name} by ${by}${beside && ` before ${beside}`}` : 'none';
}

describe('which host endpoint governs an interface', () => {
  const byAddress = (name: string, ...expectedIPs: string[]) =>
    endpoint(name, { interfaceName: undefined, expectedIPs });
  const CASES: [string, ApiObject[], string][] = [
    ['none', [], 'none'],
    ['one that names it', [endpoint('a')], 'a by name'],
    ['not one of another interface', [endpoint('a', { interfaceName: 'ens33' })], 'none'],
    ['not one of another node', [endpoint('a', { node: 'k2' })], 'none'],
    [
      'one that names none and expects an address of it',
      [byAddress('a', '20.1.0.160')],
      'a by address',
    ],
    ['not one that expects other addresses', [byAddress('a', '20.1.0.161')], 'none'],
    [
      'not one that names another, whatever it expects',
      [endpoint('a', { interfaceName: 'ens33', expectedIPs: ['20.1.0.160'] })],
      'none',
    ],
    [
      'one that names it, whatever it expects',
      [endpoint('a', { expectedIPs: ['192.0.2.1'] })],
      'a by name',
    ],
    ['of several the first by name', [endpoint('c'), endpoint('b')], 'b by name before c'],
    [
      'a name is not before an address, the order is by their own names',
      [endpoint('b'), byAddress('a', '20.1.0.160')],
      'a by address before b',
    ],
    ['an automatic one, for all interfaces', [AUTO], 'k0-auto-hep by all'],
    ['a named one before one for all', [AUTO, endpoint('z')], 'z by name'],
    [
      'of those for all the first by name',
      [endpoint('b', { interfaceName: '*' }), endpoint('a', { interfaceName: '*' })],
      'a by all',
    ],
  ];
  for (const [name, endpoints, expected] of CASES) {
    it(`${name}: ${expected}`, () => assert.equal(governs(endpoints), expected));
  }

  it('is not known where it goes by addresses that are not known, unless a name comes before', () => {
    const unknown = { addresses: null };
    assert.match(
      governs([byAddress('b', '20.1.0.160')], unknown),
      /^unknown: HostEndpoint b goes by addr/,
    );
    assert.equal(governs([byAddress('b', '20.1.0.160'), endpoint('a')], unknown), 'a by name');
  });

  it('is not known where endpoints could not be read', () => {
    const objects = buildObjects({}, { hostendpoints: '403 Forbidden' });
    assert.deepEqual(governingEndpoint(objects, PLACE), {
      unknown: 'host endpoints: 403 Forbidden',
    });
  });

  it("is never one that names a pod's interface", () => {
    const named = (interfaceName: string, felix: ApiObject[] = []) => {
      const lists = {
        hostendpoints: [endpoint('a', { interfaceName })],
        felixconfigurations: felix,
      };
      const found = governingEndpoint(buildObjects(lists), { ...PLACE, interface: interfaceName });
      return 'endpoint' in found && found.endpoint !== null;
    };
    assert.equal(named('cali0123456789a'), false);
    const azure = [object('default', { interfacePrefix: 'azv,gke' })];
    assert.equal(named('cali0123456789a', azure), true);
    assert.equal(named('gke1', azure), false);
  });
});

it('an endpoint is automatic where kube-controllers made it', () => {
  const automatic = (item: ApiObject) =>
    buildObjects({ hostendpoints: [item] }).hostEndpoints.map(isAutomatic);
  assert.deepEqual(automatic(AUTO), [true]);
  assert.deepEqual(automatic(endpoint('k0-auto-hep', { interfaceName: '*' })), [false]);
});
