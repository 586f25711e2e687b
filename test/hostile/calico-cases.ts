import type { Answer, Case } from './case.ts';

const V3 = '/apis/projectcalico.org/v3';
const ESCAPES = '\x1b[2J\x1b]0;owned\x07\u009b31m\u202egnp\r\n';
const TOUCH = '$(touch @CANARY@)';

/** An endpoint that governs k0's only interface. */
const ENDPOINTS = {
  items: [{ metadata: { name: 'all' }, spec: { node: 'k0', interfaceName: '*' } }],
};

/** Calico's objects are whoever's that may write them. */
export const calicoCases: Case[] = [
  policies('that are none', [null, 7, 'x', [], {}], /not as Calico has it/, true),
  policies('whose name is a command', [named(TOUCH)], /not as Calico has it/),
  policies('whose name has escapes', [named(ESCAPES)], /\\x1b\[2J/, true),
  policies(
    'whose tier has escapes',
    [spec({ tier: ESCAPES, preDNAT: false, applyOnForward: true })],
    /\\x1b\[2J/,
  ),
  policies('whose selector has escapes', [spec({ selector: ESCAPES })], /its selector is none/),
  policies('with 100,000 brackets', [spec({ selector: '('.repeat(100_000) })], /nested too deep/),
  policies(
    'with a port that has escapes',
    [spec({ ingress: [{ action: 'Deny', destination: { ports: [ESCAPES] } }] })],
    /\\x1b\[2J/,
  ),
  policies(
    'with a protocol that is a command',
    [spec({ ingress: [{ action: 'Deny', protocol: TOUCH }] })],
    /is not known/,
  ),
  policies(
    'with 20,000 rules that are not known',
    [
      spec({
        ingress: Array.from({ length: 20_000 }, () => ({ action: 'Deny', http: {} })),
      }),
    ],
    /HTTP/,
  ),
  policies(
    'with 30,000 nets',
    [
      spec({
        ingress: [
          {
            action: 'Allow',
            source: {
              nets: Array.from(
                { length: 30_000 },
                (_, n) => `10.${n >> 14}.${(n >> 6) & 255}.${(n & 63) * 4}`,
              ),
            },
          },
        ],
      }),
    ],
    /--from/,
  ),
  policies('without a specification', [{ metadata: { name: 'a' } }], /spec is not as Calico/),
  guard('endpoints that are no list', { [`${V3}/hostendpoints`]: { body: [] } }, /hostendpoints/),
  guard(
    'labels with the names of objects',
    {
      [`${V3}/hostendpoints`]: {
        body: '{"items":[{"metadata":{"name":"a","labels":{"__proto__":"x","constructor":"y"}},"spec":{"node":"k0","interfaceName":"*"}}]}',
      },
    },
    /HostEndpoint a has no policy with applyOnForward/,
  ),
];

function named(name: string): object {
  return { metadata: { name }, spec: {} };
}

function spec(changes: object): object {
  return { metadata: { name: 'a' }, spec: { selector: 'all()', preDNAT: true, ...changes } };
}

function policies(name: string, items: unknown[], says: RegExp, quick = false): Case {
  const api = {
    [`${V3}/hostendpoints`]: { body: ENDPOINTS },
    [`${V3}/globalnetworkpolicies`]: { body: { items } },
  };
  return guard(`policies ${name}`, api, says, quick);
}

function guard(name: string, api: Record<string, Answer>, says: RegExp, quick = false): Case {
  const args = ['guard', 'show', 'web'];
  return { name: `Calico: ${name}`, args, api, exitCode: 0, says, ...(quick && { quick }) };
}
