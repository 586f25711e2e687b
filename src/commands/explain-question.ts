import { UsageError } from '../errors.ts';
import { readAddress, readTarget } from '../explain/request.ts';
import type { Asking } from '../explain/targets.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import { isLabel, isName } from '../snapshot/names.ts';
import type { ExplainOptions } from './explain.ts';
import { serviceArgument } from './service-argument.ts';

/** What `explain` is asked of a cluster. */
export interface Question {
  asking: Asking;
  from: FromFlag | null;
  /** The only node that is wanted; null: all. */
  node: string | null;
}

/** `--from`, before the cluster was asked about it. */
export type FromFlag =
  | { kind: 'address'; ip: Ip }
  | { kind: 'node'; name: string }
  | { kind: 'pod'; namespace: string; name: string };

const SERVICE_WORDS = ['svc', 'service', 'services'];

/** Reads the subject and the flags; `namespace` is where names without one are. Throws UsageError. */
export function readQuestion(
  args: readonly string[],
  options: ExplainOptions,
  namespace: string,
): Question {
  const asking = readAsking(args, options, namespace);
  const from = options.from === undefined ? null : readFrom(options.from, namespace);
  return { asking, from, node: options.node ?? null };
}

function readAsking(
  [first, second]: readonly string[],
  { to, protocol, clusterIp, nodePort }: ExplainOptions,
  namespace: string,
): Asking {
  if (first === undefined) {
    if (to === undefined) throw nothingAsked();
    const { address, port } = readTarget(to, protocol);
    const isIcmp6 = protocol === 'icmp' && address.family === 6;
    return { kind: 'packet', ip: address, port, protocol: isIcmp6 ? 'icmpv6' : protocol };
  }
  if (to !== undefined) {
    throw new UsageError('a subject and --to were given', {
      reason: 'conflicting-arguments',
      help: '--to ADDR:PORT alone asks about that address and port',
    });
  }
  const isWord = SERVICE_WORDS.includes(first);
  if (second === undefined && (isWord || first === 'ip')) {
    throw new UsageError(`${first}: which?`, {
      reason: 'missing-argument',
      help: `extip explain ${first} ${isWord ? 'NAME' : 'ADDR'}`,
    });
  }
  if (first === 'ip') return { kind: 'ip', ip: readAddress('ip', second ?? '') };
  if (second !== undefined && !isWord) {
    throw new UsageError(`'${oneLine(first)}' is neither svc nor ip`, {
      reason: 'invalid-value',
      help: 'extip explain svc NAME, extip explain ip ADDR',
    });
  }
  const name = second ?? first;
  if (parseIp(name)) {
    throw new UsageError(`${name} is an address and no Service's name`, {
      reason: 'invalid-service',
      help: `extip explain ip ${name}`,
    });
  }
  return { kind: 'service', name: serviceArgument(name, namespace), clusterIp, nodePort };
}

function nothingAsked(): UsageError {
  return new UsageError('it is not said what to explain', {
    reason: 'missing-argument',
    help: "a Service's NAME, ip ADDR, --to ADDR:PORT, or --rules FILE for a dump",
  });
}

function readFrom(text: string, namespace: string): FromFlag {
  const [, kind, name = ''] = /^(pod|pods|po|node|nodes|no)\/(.*)$/.exec(text) ?? [];
  if (kind === undefined) return { kind: 'address', ip: readFromAddress(text) };
  if (kind.startsWith('no')) {
    if (!isName(name)) throw invalid(text);
    return { kind: 'node', name };
  }
  const parts = name.split('/');
  const [own = '', inner] = parts;
  const pod = { namespace: inner === undefined ? namespace : own, name: inner ?? own };
  if (parts.length > 2 || !isName(pod.name) || !isLabel(pod.namespace)) throw invalid(text);
  return { kind: 'pod', ...pod };
}

function readFromAddress(text: string): Ip {
  const ip = parseIp(text);
  if (!ip) throw invalid(text);
  return ip;
}

function invalid(text: string): UsageError {
  return new UsageError(`--from: '${oneLine(text)}' is neither ADDR, pod/NAME nor node/NAME`, {
    reason: 'invalid-value',
    help: 'for example: --from 203.0.113.9, --from pod/web-1, --from node/k0',
  });
}
