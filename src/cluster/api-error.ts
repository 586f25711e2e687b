import { FailedError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { describeTarget, objectOf, type Target } from './paths.ts';
import type { TransportError } from './transport.ts';

/** What RBAC calls the things one does with a resource. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** One call of the API, as its errors name it. */
export interface Call {
  verb: Verb;
  path: string;
  target: Target;
  /** Where it went, e.g. `https://10.22.0.10:6443`. */
  server: string;
  /** The kubeconfig's user. */
  user: string;
}

interface Failure {
  /** HTTP status; 0 when no answer came. */
  status: number;
  statusReason?: string;
  reason: string;
  help?: string;
  outcomeUnknown?: boolean;
  cause?: unknown;
}

/** The API refused, did not answer, or answered what nobody can read. */
export class ApiError extends FailedError {
  /** HTTP status code; 0 when no answer came. */
  readonly status: number;
  /** `Status.reason` of the server, e.g. `Conflict`; empty where it gave none. */
  readonly statusReason: string;
  readonly verb: Verb;
  readonly resource: string;
  readonly path: string;
  /** A write left and no answer came: it may have been carried out. */
  readonly outcomeUnknown: boolean;

  constructor(call: Call, what: string, failure: Failure) {
    super(`${call.verb} ${describeTarget(call.target)}: ${what}`, {
      reason: failure.reason,
      object: objectOf(call.target),
      ...(failure.help && { help: failure.help }),
      // What was refused was not done; what only reads changes nothing.
      nothingChanged: READS.has(call.verb) || (failure.status >= 400 && failure.status < 500),
      cause: failure.cause,
    });
    this.status = failure.status;
    this.statusReason = failure.statusReason ?? '';
    this.verb = call.verb;
    this.resource = call.target.resource;
    this.path = call.path;
    this.outcomeUnknown = failure.outcomeUnknown ?? false;
  }
}

const READS: ReadonlySet<Verb> = new Set(['get', 'list', 'watch']);

const STATUS_TEXT: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  422: 'Invalid',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Timeout',
};

/** The error for an answer that is not a success; `body` is the answer as it came. */
export function refusal(call: Call, status: number, body: string): ApiError {
  const { message, reason: statusReason } = readStatus(body);
  const said = `${status} ${STATUS_TEXT[status] ?? statusReason}: ${oneLine(message)}`;
  if (status === 401) {
    const user = call.user ? `the kubeconfig's user ${oneLine(call.user)}` : 'no user';
    return new ApiError(call, `${said} (${call.server} does not accept ${user})`, {
      status,
      statusReason,
      reason: 'unauthorized',
      help: 'kubectl auth whoami',
    });
  }
  // Admission says 403 too; only the authorizer's words are about permissions
  // (`User "x" cannot patch resource …`, k8s.io/apiserver handlers/responsewriters/errors.go, 1.36).
  if (status === 403 && /^.*\bcannot (\S+) (resource|path) "/.test(message)) {
    const { resource, namespace } = call.target;
    const scope = namespace ? ` in namespace ${oneLine(namespace)}` : '';
    return new ApiError(call, `${said} (needs: ${call.verb} ${resource}${scope})`, {
      status,
      statusReason,
      reason: 'forbidden',
      help: 'see docs/permissions.md',
    });
  }
  return new ApiError(call, said, { status, statusReason, reason: reasonOf(status) });
}

/** The error for an answer that never came. */
export function unanswered(call: Call, error: TransportError): ApiError {
  const lost = error.sent && !READS.has(call.verb);
  const what = `${call.server}: ${oneLine(error.message)}`;
  return new ApiError(
    call,
    lost ? `${what}, after the request was sent: it may have been carried out` : what,
    {
      status: 0,
      reason: lost ? 'outcome-unknown' : 'unreachable',
      help: error.code === 'TIMEOUT' ? '--request-timeout 30s' : 'kubectl cluster-info',
      outcomeUnknown: lost,
      cause: error,
    },
  );
}

/** The error for a success whose body is not what the API sends. */
export function unreadable(call: Call, status: number, body: string): ApiError {
  const start = oneLine(body.slice(0, 100));
  return new ApiError(
    call,
    `${call.server} answered ${status} with no Kubernetes object: ${start}`,
    {
      status,
      reason: 'bad-answer',
      help: 'kubectl cluster-info',
    },
  );
}

/** The error for an object that has something else where extip reads; `where` is its path. */
export function malformed(call: Call, status: number, where: string): ApiError {
  const what = `${call.server} answered ${status} with what Kubernetes never sends at ${oneLine(where)}`;
  return new ApiError(call, what, {
    status,
    reason: 'bad-answer',
    help: 'check that this is the API server that is meant: kubectl cluster-info',
  });
}

function reasonOf(status: number): string {
  if (status === 404) return 'not-found';
  if (status === 409) return 'conflict';
  if (status === 403) return 'denied';
  if (status === 429 || status >= 500) return 'server-error';
  return 'rejected';
}

/** The message of a `Status` object; a proxy or load balancer answers with something else. */
function readStatus(body: string): { message: string; reason: string } {
  try {
    const status: unknown = JSON.parse(body);
    if (status && typeof status === 'object' && 'message' in status) {
      const reason = 'reason' in status ? String(status.reason) : '';
      return { message: String(status.message), reason };
    }
  } catch {
    // Not JSON: the text itself is all there is.
  }
  return { message: body.trim() || 'no message', reason: '' };
}
