import type { HostState } from './state.ts';

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The environment of a command on a host: root's, and nothing of whoever calls. */
export function hostEnvironment(host: HostState): Record<string, string> {
  const path = host.role === 'operator' ? `/mnt/bin:/mnt/extip/bin:${systemPath}` : systemPath;
  const { TERM } = process.env;
  return {
    HOME: '/root',
    USER: 'root',
    LOGNAME: 'root',
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    PATH: path,
    // There is no systemd to talk to: systemctl does what it does with files, and no more.
    ...(host.role === 'node' && { SYSTEMD_OFFLINE: '1' }),
    ...(TERM && { TERM }),
  };
}

/** The argv that runs `command` in a host's namespaces. */
export function enter(host: HostState, command: string[]): [string, ...string[]] {
  const namespaces = ['-m', '-u', '-i', '-n', '-p'];
  return ['nsenter', '-t', String(host.init.pid), ...namespaces, '-W', '/root', '--', ...command];
}

/**
 * The same for a command that a terminal's signals may reach: nsenter's own fork would die of a
 * Ctrl-C before the command has ended, so a shell that outlives it waits instead.
 */
export function enterAndWait(host: HostState, command: string[]): [string, ...string[]] {
  const [program, ...rest] = enter(host, [
    'sh',
    '-c',
    'trap : INT QUIT TERM HUP; "$@"; exit $?',
    'sh',
    ...command,
  ]);
  return [program, '-F', ...rest];
}
