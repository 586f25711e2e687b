import { quote } from '../quote.ts';
import { lastLine } from './plain-line.ts';

export interface SshFailure {
  status: 'unreachable' | 'denied';
  /** What happened and what helps, in one line. */
  message: string;
  /** It never came to a login, so nothing can have run. */
  beforeLogin: boolean;
  /** The connection was dropped before the login: trying again is safe and may help. */
  dropped: boolean;
}

interface Rule {
  pattern: RegExp;
  status: SshFailure['status'];
  explain: (target: string) => string;
  dropped?: true;
}

/** ssh gives its reason last; a stranger's banner may be megabytes, which no pattern should search. */
const LAST_WORDS = 16 * 1024;

const BY_HAND = (target: string) => `run once by hand: ssh ${quote(target)} true`;

/** In the order in which they count: what ssh says last may be only the consequence. */
const RULES: Rule[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    status: 'unreachable',
    explain: (target) =>
      `its host key is not the one in known_hosts: another machine answers, or it was reinstalled; if that is right, remove the old key (ssh-keygen -R) and ${BY_HAND(target)}`,
  },
  {
    pattern: /Host key verification failed|host key is known for .* and you have requested strict/,
    status: 'unreachable',
    explain: (target) => `its host key is not known yet; check it and ${BY_HAND(target)}`,
  },
  {
    pattern: /Could not resolve hostname/,
    status: 'unreachable',
    explain: () => 'the name does not resolve',
  },
  {
    pattern: /Connection refused/,
    status: 'unreachable',
    explain: () => 'connection refused: no sshd listens there',
  },
  {
    pattern: /No route to host|Network is unreachable/,
    status: 'unreachable',
    explain: () => 'no route to it',
  },
  {
    pattern: /timed out/,
    status: 'unreachable',
    explain: () => 'timed out: it is down, or a firewall drops the packets',
  },
  {
    // sshd drops unauthenticated connections past MaxStartups, by a random choice (sshd_config(5)).
    pattern: /(kex|ssh)_exchange_identification|banner exchange|Connection (closed|reset) by/,
    status: 'unreachable',
    explain: () => 'it closed the connection before the login (sshd too busy: MaxStartups?)',
    dropped: true,
  },
  {
    pattern: /Permission denied|Too many authentication failures|No more authentication methods/,
    status: 'denied',
    explain: (target) =>
      `the login was denied; no password or passphrase is asked for here: load the key into ssh-agent, or ${BY_HAND(target)} to see what it wants`,
  },
  {
    pattern:
      /[Bb]ad configuration option|terminating, \d+ bad configuration|Bad owner or permissions/,
    status: 'unreachable',
    explain: () => 'ssh does not accept its own configuration',
  },
];

/** Explains why ssh ended (exit 255) before the script began, by what it wrote on stderr. */
export function explainSshFailure(target: string, stderr: string): SshFailure {
  const loggedIn = /^Authenticated to /m.test(stderr);
  const last = stderr.slice(-LAST_WORDS);
  const rule = loggedIn ? undefined : RULES.find(({ pattern }) => pattern.test(last));
  const why = rule?.explain(target) ?? 'the connection ended before the script began';
  const said = sshSaid(stderr);
  return {
    status: rule?.status ?? 'unreachable',
    message: `ssh ${target}: ${why} (${said === '' ? 'ssh said nothing' : `ssh said: ${said}`})`,
    beforeLogin: rule !== undefined,
    dropped: rule?.dropped ?? false,
  };
}

/** The last thing that ssh said, without what LogLevel=VERBOSE adds at every login and end. */
export function sshSaid(stderr: string): string {
  const noise = /^(Authenticated |Transferred: |Bytes per second: )/;
  return lastLine(
    stderr
      .split('\n')
      .filter((line) => !noise.test(line))
      .join('\n'),
  );
}
