import { UsageError } from '../errors.ts';

const USER = String.raw`[A-Za-z0-9_.][A-Za-z0-9_.@+\\-]*@`;
const NAME = '[A-Za-z0-9_.][A-Za-z0-9_.-]*';
const IPV6 = `[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9_.-]+)?`;

/** What `isSshTarget` accepts, as a pattern, and how long it may be. */
export const SSH_TARGET = new RegExp(
  String.raw`^(?:(?:${USER})?(?:${NAME}|${IPV6})|ssh://(?:${USER})?(?:${NAME}|\[${IPV6}\])(?::\d{1,5})?/?)$`,
);
export const MAX_SSH_TARGET = 512;

/**
 * Whether ssh may be given it: `[USER@]HOST`, `ssh://[USER@]HOST[:PORT]`, an IPv6 address. Nothing
 * that ssh would take for an option, and nothing that a shell reads: ssh puts host and user into
 * ProxyCommand unquoted (CVE-2023-51385).
 */
export function isSshTarget(target: string): boolean {
  return target.length <= MAX_SSH_TARGET && SSH_TARGET.test(target);
}

/**
 * The complete command for a target: keys, jump hosts and agents are the user's own ssh's. `isShared`: over
 * a connection that is there already, where the user's configuration shares them.
 */
export function sshArgv(target: string, isShared = true): string[] {
  if (!isSshTarget(target)) {
    throw new UsageError(`${JSON.stringify(target)} is no ssh target`, {
      reason: 'invalid-ssh-target',
      help: 'give [USER@]HOST or ssh://[USER@]HOST[:PORT]',
    });
  }
  const options = [
    'BatchMode=yes',
    'ConnectTimeout=10',
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    // A RemoteCommand of the user's would be run instead.
    'RemoteCommand=none',
    // Every reason for a failure, and a line when the login is through.
    'LogLevel=VERBOSE',
    ...(isShared ? [] : ['ControlMaster=no', 'ControlPath=none']),
  ];
  return ['ssh', '-T', ...options.flatMap((option) => ['-o', option]), '--', target, 'sh', '-s'];
}
