import { addressAndPort } from '../net/address-and-port.ts';
import type { Check } from '../plan/execute.ts';
import { quote } from '../quote.ts';
import { lastLine } from './plain-line.ts';
import { hostReach, type Reach } from './reach.ts';
import { type RunOptions, runScript } from './run-script.ts';

export interface Endpoint {
  ip: string;
  port: number;
  /** TCP where left out. */
  protocol?: string;
}

const SECONDS = 3;

/** With whichever of bash, python3, curl and nc there is; nothing is sent over the connection. */
const CONNECT = `has() { command -v "$1" >/dev/null 2>&1; }
connect() {
  if has bash; then
    said=$(bounded ${SECONDS} bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$ip" "$port" 2>&1)
    code=$?
    case $said in
      *'No such file or directory'*) ;;
      *) printf '%s\\n' "$said" >&2; exit "$code" ;;
    esac
  fi
  if has python3; then
    exec python3 -c 'import socket, sys
try: socket.create_connection((sys.argv[1], int(sys.argv[2])), ${SECONDS})
except OSError as error: sys.exit(str(error))' "$ip" "$port"
  elif has curl; then
    case $ip in *:*) host="[$ip]" ;; *) host=$ip ;; esac
    exec curl -sS --noproxy '*' --connect-timeout ${SECONDS} --max-time ${SECONDS + 2} -o /dev/null "telnet://$host:$port"
  elif has nc; then
    exec nc -w ${SECONDS} "$ip" "$port"
  fi
  exit 127
}
section connect connect`;

/** Opens a TCP connection from a node. It says nothing of the wire: kube-proxy serves the node itself. */
export function checkConnect(reach: Reach, endpoint: Endpoint): Promise<Check> {
  return connect('connect', reach, endpoint);
}

/** Opens a TCP connection from a host that is no node, by its ssh target: the proof of reach. */
export function checkFromHost(
  host: string,
  endpoint: Endpoint,
  options: Pick<RunOptions, 'log'> = {},
): Promise<Check> {
  return connect('outside', hostReach(host), endpoint, options);
}

async function connect(
  name: Check['name'],
  reach: Reach,
  { ip, port, protocol = 'TCP' }: Endpoint,
  options: Pick<RunOptions, 'log'> = {},
): Promise<Check> {
  const check = (outcome: Check['outcome'], detail: string): Check => ({ name, outcome, detail });
  const what = `${addressAndPort(ip, port)} from ${reach.node}`;
  if (protocol !== 'TCP') return check('skipped', `${protocol} has no connection to try: ${what}`);
  const body = `ip=${quote(ip)}\nport=${quote(`${port}`)}\n${CONNECT}`;
  const run = await runScript(
    reach,
    { privilege: 'none', body },
    { timeoutSeconds: 30, ...options },
  );
  const section = run.sections.get('connect');
  if (!section || run.status !== 'ok') return check('failed', `${what}: ${run.message}`);
  if (section.exitCode === 0) return check('passed', `connected to ${what}`);
  if (section.exitCode === 127) {
    return check(
      'skipped',
      `${reach.node} has none of bash, python3, curl, nc to try ${what} with`,
    );
  }
  return check('failed', `${what}: ${reasonOf(section.exitCode, section.stderr)}`);
}

/** 124 is GNU timeout's code for a command it ended, 143 busybox's, 28 curl's own. */
function reasonOf(exitCode: number, stderr: string): string {
  if (/refused/i.test(stderr)) return 'connection refused';
  if (/no route|unreachable/i.test(stderr)) return 'unreachable';
  if (/timed out|timeout/i.test(stderr) || [28, 124, 143].includes(exitCode)) {
    return `no answer within ${SECONDS} s`;
  }
  return lastLine(stderr) || `exit ${exitCode}`;
}
