import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { whyUnwritable } from '../../src/calico/writable.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { buildObjects, endpoint, object } from './build-objects.ts';

const V1 = 'crd.projectcalico.org/v1';
const information = (datastoreReady?: boolean): ApiObject =>
  object('default', datastoreReady === undefined ? {} : { datastoreReady });

describe("Calico's objects can be written", () => {
  const CASES: [string, Parameters<typeof buildObjects>[0]][] = [
    ['in projectcalico.org/v3', { hostendpoints: [endpoint('a')] }],
    [
      'with a datastore that is ready',
      { hostendpoints: [endpoint('a')], clusterinformations: [information(true)] },
    ],
    [
      'with one of which nothing is said',
      { hostendpoints: [endpoint('a')], clusterinformations: [information()] },
    ],
  ];
  for (const [name, items] of CASES) {
    it(name, () => assert.equal(whyUnwritable(buildObjects(items)), null));
  }
});

describe("Calico's objects cannot be written", () => {
  it('where there is no Calico: what else there is, is said', () => {
    const why = whyUnwritable(buildObjects());
    assert.equal(why?.reason, 'no-calico');
    assert.match(why.help ?? '', /^what else there is:\na firewall .*\na NetworkPolicy .*\nspec\./);
  });

  it('where it is not known whether there is: why not', () => {
    const objects = buildObjects({}, { hostendpoints: '403 Forbidden' });
    assert.deepEqual(whyUnwritable(objects), {
      reason: 'calico-unknown',
      message: 'whether there is Calico is not known: hostendpoints: 403 Forbidden',
    });
  });

  it('past its own API', () => {
    const why = whyUnwritable(
      buildObjects({ hostendpoints: [{ ...endpoint('a'), apiVersion: V1 }] }),
    );
    assert.equal(why?.reason, 'calico-read-only');
    assert.match(
      why.message,
      /projectcalico\.org\/v3 is not served, only crd\.projectcalico\.org\/v1/,
    );
  });

  it('where it is not known which API they are of', () => {
    const { apiVersion: _, ...unversioned } = endpoint('a');
    const why = whyUnwritable(buildObjects({ hostendpoints: [unversioned] }));
    assert.equal(why?.reason, 'calico-read-only');
  });

  it('while they are migrated', () => {
    const why = whyUnwritable(
      buildObjects({ hostendpoints: [endpoint('a')], clusterinformations: [information(false)] }),
    );
    assert.equal(why?.reason, 'calico-migrating');
    assert.match(why.message, /datastoreReady: false/);
  });
});
