import type { Answer, Case, Healthy } from './case.ts';

const SERVICES = '/api/v1/services';
const NODES = '/api/v1/nodes';
const SYSTEM = '/api/v1/namespaces/kube-system';
const SLICES = '/apis/discovery.k8s.io/v1/endpointslices';
const ESCAPES = '\x1b[2J\x1b]0;owned\x07\u009b31m\u202egnp\r\n';
const TOUCH = '$(touch @CANARY@)';
const NO_OBJECT = /no Kubernetes object/;

/** What an API server answers that is not one, or is a stranger's. */
export const apiCases: Case[] = [
  // Not Kubernetes at all
  api('broken JSON', SERVICES, { body: '{"items": [' }, NO_OBJECT, true),
  api('JSON that is a list', SERVICES, { body: [] }, NO_OBJECT),
  api('JSON that is null', SYSTEM, { body: null }, NO_OBJECT),
  api('nothing', NODES, { body: '' }, NO_OBJECT),
  api('a page with escapes', NODES, { body: `<html>${ESCAPES}` }, /<html>\\x1b\[2J/, true),
  api('not UTF-8', NODES, { body: Buffer.from([0x1b, 0x5b, 0xff, 0xfe]) }, NO_OBJECT),
  api('NUL bytes', NODES, { body: '\0'.repeat(1000) }, NO_OBJECT),
  api('100,000 brackets', NODES, { body: '['.repeat(100_000) }, NO_OBJECT),
  api(
    'maps 100,000 deep',
    NODES,
    { body: `${'{"items":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
    /items|no Kubernetes object/,
  ),
  api('50 MB of nothing', NODES, { body: ' '.repeat(50_000_000) }, NO_OBJECT),
  api('an answer without an end', NODES, 'endless', /larger than|no answer within/),
  api('a list without an end', SERVICES, 'more and more', /metadata\.continue/),
  // Refusals
  api('a redirect to a file', SYSTEM, refusal(302, 'x', { Location: 'file:///etc/passwd' }), /302/),
  api(
    'a redirect to another server',
    SYSTEM,
    refusal(307, 'x', { Location: 'http://127.0.0.1:1/' }),
    /307/,
  ),
  api('a message with escapes', SERVICES, refusal(500, ESCAPES), /500 .*\\x1b\[2J/, true),
  api('a message of 10 MB', SERVICES, refusal(500, 'a'.repeat(10_000_000)), /500 .*aaa…/),
  api('a message that is an object', SERVICES, refusal(403, { toString: 1 }), /403/),
  api(
    'a 403 that names a permission with escapes',
    SERVICES,
    refusal(403, `User "${ESCAPES}" cannot list resource "services"`),
    /403/,
  ),
  api('a 401 with escapes', SYSTEM, refusal(401, ESCAPES), /401 Unauthorized/),
  api('a status that there is not', SYSTEM, refusal(999, 'x'), /999/),
  api(
    'come again in a hundred years',
    SYSTEM,
    refusal(429, 'busy', { 'Retry-After': '3155760000' }),
    /429/,
  ),
  {
    ...api('a warning with escapes', SYSTEM, { change: () => {} }, /192\.0\.2\.70/),
    exitCode: 0,
    api: {
      '/apis': { body: { groups: [] }, headers: { Warning: `299 - "\u009b31m \\"${TOUCH}\\""` } },
    },
  },
  // Objects of a wrong kind
  change(
    'a list of null',
    SERVICES,
    (list) => {
      list.items = [null];
    },
    /items\.0/,
    true,
  ),
  change(
    'items that are none',
    SERVICES,
    (list) => {
      list.items = { a: 1 };
    },
    /items|no Kubernetes object/,
  ),
  change(
    'a Service without a spec',
    SERVICES,
    (list) => {
      delete list.items[0].spec;
    },
    /items\.0\.spec/,
  ),
  change(
    'a Service without metadata',
    SERVICES,
    (list) => {
      delete list.items[0].metadata;
    },
    /items\.0\.metadata/,
  ),
  change(
    'a Service with escapes in its name',
    SERVICES,
    (list) => {
      list.items[0].metadata.name = ESCAPES;
    },
    /items\.0\.metadata\.name/,
    true,
  ),
  change(
    'a Service with a command as its name',
    SERVICES,
    (list) => {
      list.items[0].metadata.name = TOUCH;
    },
    /items\.0\.metadata\.name/,
  ),
  change(
    'a Service with a command as its namespace',
    SERVICES,
    (list) => {
      list.items[0].metadata.namespace = TOUCH;
    },
    /items\.0\.metadata\.namespace/,
  ),
  change(
    'a uid that is a path',
    SERVICES,
    (list) => {
      list.items[0].metadata.uid = '../../x';
    },
    /items\.0\.metadata\.uid/,
  ),
  change(
    'external IPs that are a text',
    SERVICES,
    (list) => {
      list.items[0].spec.externalIPs = '192.0.2.70';
    },
    /spec\.externalIPs/,
  ),
  change(
    'a port that is a text',
    SERVICES,
    (list) => {
      list.items[0].spec.ports[0].port = `80;${TOUCH}`;
    },
    /ports\.0\.port/,
  ),
  change(
    'a protocol that is a pattern',
    SERVICES,
    (list) => {
      list.items[0].spec.ports[0].protocol = '(.*)*(';
    },
    /ports\.0\.protocol/,
  ),
  change(
    'annotations that are a list',
    SERVICES,
    (list) => {
      list.items[0].metadata.annotations = [1];
    },
    /annotations/,
  ),
  change(
    'managed fields of numbers',
    SERVICES,
    (list) => {
      list.items[0].metadata.managedFields = [1];
    },
    /managedFields/,
  ),
  change(
    'a Node like an option of ssh',
    NODES,
    (list) => {
      list.items[0].metadata.name = '-oProxyCommand=touch x';
    },
    /items\.0\.metadata\.name/,
    true,
  ),
  change(
    'a Node with a command as its name',
    NODES,
    (list) => {
      list.items[0].metadata.name = TOUCH;
    },
    /items\.0\.metadata\.name/,
  ),
  change(
    'a Node whose addresses are numbers',
    NODES,
    (list) => {
      list.items[0].status.addresses = [1];
    },
    /status\.addresses/,
  ),
  change(
    'a cluster whose uid is a command',
    SYSTEM,
    (system) => {
      system.metadata.uid = TOUCH;
    },
    /metadata\.uid/,
  ),
  change(
    'slices of a wrong kind',
    '/apis/metallb.io/v1beta1/ipaddresspools',
    (list) => {
      list.items = [7];
    },
    /192\.0\.2\.70/,
    false,
    0,
  ),
  change(
    'endpoints that are a text',
    SLICES,
    (list) => {
      list.items[0].endpoints = 'x';
    },
    /192\.0\.2\.70/,
    false,
    0,
  ),
  // Values that only people can tell from real ones
  change(
    'external IPs that are none',
    SERVICES,
    (list) => {
      list.items[0].spec.externalIPs = [TOUCH, ESCAPES, '192.0.2.71'];
    },
    /192\.0\.2\.71/,
    false,
    0,
  ),
  change(
    'an InternalIP that is an option',
    NODES,
    (list) => {
      list.items[0].status.addresses[0].address = '-oProxyCommand=touch x';
    },
    /192\.0\.2\.70/,
    false,
    0,
  ),
  change(
    'an annotation with escapes',
    SERVICES,
    (list) => {
      annotate(list, `{"version":"${ESCAPES}`);
    },
    /is not JSON/,
    false,
    0,
  ),
  change(
    'an annotation with unknown keys of escapes',
    SERVICES,
    (list) => {
      annotate(list, JSON.stringify({ version: 1, [ESCAPES]: 1, assignments: [] }));
    },
    /not as extip writes it/,
    false,
    0,
  ),
  change(
    'an annotation by whom: right to left',
    SERVICES,
    (list) => {
      annotate(
        list,
        JSON.stringify({
          version: 1,
          assignments: [
            {
              ip: '192.0.2.70',
              node: 'k0',
              interface: 'eth0',
              method: 'externalIPs',
              phase: 'assigned',
              preexisting: false,
              runId: 'r',
              by: '\u202eevil\u2066',
              at: '2026-01-01T00:00:00Z',
            },
          ],
        }),
      );
    },
    /192\.0\.2\.70/,
    true,
    0,
  ),
  change(
    'an annotation of 256 KiB',
    SERVICES,
    (list) => {
      annotate(list, `[${'1,'.repeat(131_000)}1]`);
    },
    /bytes long/,
    false,
    0,
  ),
  change(
    'an annotation 100,000 deep',
    SERVICES,
    (list) => {
      annotate(list, '['.repeat(30_000) + ']'.repeat(30_000));
    },
    /not as extip writes it|is not JSON/,
    false,
    0,
  ),
  change(
    'a Calico pool with escapes',
    '/apis/projectcalico.org/v3/ippools',
    (list) => {
      list.items = [{ metadata: { name: 'p' }, spec: { cidr: ESCAPES } }];
    },
    /192\.0\.2\.70/,
    false,
    0,
  ),
  api(
    'a MetalLB ConfigMap of aliases',
    '/api/v1/namespaces/metallb-system/configmaps/config',
    {
      body: {
        data: {
          config: `a: &a [x]\n${'b: &b [*a, *a, *a]\n'.repeat(1)}c: [${'*b, '.repeat(400)}*b]`,
        },
      },
    },
    /192\.0\.2\.70/,
    false,
    0,
  ),
  change(
    'API groups without names',
    '/apis',
    (groups) => {
      groups.groups = [{}];
    },
    /192\.0\.2\.70/,
    false,
    0,
  ),
];

function api(
  name: string,
  path: string,
  answer: Answer,
  says: RegExp,
  quick = false,
  exitCode: Case['exitCode'] = 1,
): Case {
  return {
    name: `API: ${name}`,
    args: ['list'],
    api: { [path]: answer },
    exitCode,
    says,
    ...(quick && { quick }),
  };
}

function change(
  name: string,
  path: string,
  how: (healthy: Healthy) => void,
  says: RegExp,
  quick = false,
  exitCode: Case['exitCode'] = 1,
): Case {
  return api(name, path, { change: how }, says, quick, exitCode);
}

function refusal(status: number, message: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers,
    body: { kind: 'Status', status: 'Failure', message, reason: '\x1b[2J' },
  };
}

function annotate(list: Healthy, text: string): void {
  list.items[0].metadata.annotations = { 'extip.dev/assignments': text };
}
