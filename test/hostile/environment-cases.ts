import type { Case } from './case.ts';

const HEALTHY: Omit<Case, 'name'> = { args: ['list'], exitCode: 0, says: /192\.0\.2\.70/ };

/** The environment. */
export const environmentCases: Case[] = [
  {
    name: 'KUBECONFIG with escapes, not there',
    args: ['list'],
    env: { KUBECONFIG: '/\x1b[2J\u202e', HOME: '/dev/null' },
    exitCode: 2,
    says: /no kubeconfig/,
  },
  {
    name: 'KUBECONFIG with escapes, a folder',
    args: ['list'],
    prepare: 'mkdir "$DIR/$(printf \'a\\033[2Jb\')"',
    env: { KUBECONFIG: '@DIR@/a\x1b[2Jb' },
    exitCode: 2,
    says: /a\\x1b\[2Jb/,
    quick: true,
  },
  {
    name: 'KUBECONFIG as a command',
    args: ['list'],
    env: { KUBECONFIG: '$(touch @CANARY@)', HOME: '/nonexistent' },
    exitCode: 2,
    says: /no kubeconfig/,
  },
  {
    name: 'KUBECONFIG of 100 KB',
    args: ['list'],
    env: { KUBECONFIG: '/x:'.repeat(33_000), HOME: '/nonexistent' },
    exitCode: 2,
    says: /no kubeconfig/,
  },
  {
    name: 'EXTIP_CONFIG with escapes',
    args: ['list'],
    env: { EXTIP_CONFIG: '/x\x1b[2J\n\u202e' },
    exitCode: 2,
    says: /\/x\\x1b\[2J\\x0a\\u202e/,
    quick: true,
  },
  {
    name: 'EXTIP_CONFIG like an option, writable by all',
    args: ['list'],
    env: { EXTIP_CONFIG: '-rf' },
    files: { '-rf': 'clusters: {}' },
    prepare: 'chmod 666 "$DIR/-rf"',
    exitCode: 2,
    says: /chmod go-w -- '?-rf/,
  },
  {
    name: 'EXTIP_CONFIG with a command in its name, writable by all',
    args: ['list'],
    env: { EXTIP_CONFIG: "@DIR@/a';touch x" },
    files: { "a';touch x": '' },
    prepare: `chmod 666 "$DIR/a';touch x"`,
    exitCode: 2,
    says: /chmod go-w -- '[^']*a'\\'';touch x'/,
  },
  {
    name: 'XDG_CONFIG_HOME relative: a configuration of the working directory',
    ...HEALTHY,
    env: { XDG_CONFIG_HOME: '.' },
    files: {
      'extip/config.yaml': 'clusters: { lab: { nodes: { k0: { command: [touch, "@CANARY@"] } } } }',
    },
  },
  {
    name: 'HOME empty: a kubeconfig of the working directory',
    args: ['list'],
    env: { HOME: '' },
    files: {
      '.kube/config': 'users: [{name: x, user: {exec: {command: touch, args: ["@CANARY@"]}}}]',
    },
    exitCode: 2,
    says: /no kubeconfig|no current context|kubeconfig/,
  },
  {
    name: 'HOME relative',
    args: ['list'],
    env: { HOME: '.' },
    files: {
      '.kube/config': 'users: [{name: x, user: {exec: {command: touch, args: ["@CANARY@"]}}}]',
    },
    exitCode: 2,
    says: /kubeconfig/,
  },
  {
    name: 'HOME with escapes',
    args: ['list'],
    env: { HOME: '/\x1b[2J' },
    exitCode: 2,
    says: /no kubeconfig/,
  },
  {
    name: 'NO_COLOR, FORCE_COLOR and TERM with escapes',
    ...HEALTHY,
    env: { NO_COLOR: '\x1b', TERM: '\x1b[2J', COLORTERM: '\u202e' },
  },
  {
    name: 'PATH empty: ssh of the working directory',
    args: ['list'],
    env: { PATH: '' },
    files: { ssh: '#!/bin/sh\ntouch @CANARY@\n' },
    prepare: 'chmod +x $DIR/ssh',
    exitCode: 0,
    says: /k0/,
  },
  { name: 'PATH not set', ...HEALTHY, env: { PATH: undefined }, says: /k0|192/ },
  {
    name: 'HTTPS_PROXY that is no URL',
    ...HEALTHY,
    env: { HTTP_PROXY: '$(touch @CANARY@)', NO_PROXY: '\x1b' },
  },
  {
    name: 'KUBERNETES_SERVICE_HOST of a pod that is none',
    args: ['list'],
    env: {
      KUBERNETES_SERVICE_HOST: '\x1b[2J',
      KUBERNETES_SERVICE_PORT: '$(id)',
      HOME: '/nonexistent',
    },
    exitCode: 2,
    says: /no kubeconfig/,
  },
  {
    name: 'LANG, LC_ALL and TZ with commands',
    ...HEALTHY,
    env: { LANG: '$(touch @CANARY@)', LC_ALL: '../..', TZ: ':/etc/passwd' },
  },
  {
    name: 'SSH_CONNECTION and USER with escapes',
    ...HEALTHY,
    env: { SSH_CONNECTION: '\x1b[2J', USER: '\u202e', LOGNAME: '$(id)' },
  },
];
