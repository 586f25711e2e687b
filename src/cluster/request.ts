import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { faultInAnswer } from './answer-schema.ts';
import { type Call, malformed, refusal, unanswered, unreadable } from './api-error.ts';
import { type Query, queryString } from './paths.ts';
import { type Endpoint, send, TransportError, type WireAnswer } from './transport.ts';

export interface RequestOptions extends Endpoint {
  /** Told of each answer, for its warnings. */
  report(message: IncomingMessage): void;
  log?(line: string): void;
}

/** What a write sends. */
export interface Write {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  contentType: string;
  body: unknown;
}

/** Sends one call of the API, again where that is safe, and returns the object it answers with. */
export type Request = <T>(call: Call, query?: Query, write?: Write) => Promise<T>;

const MAX_TRIES = 3;
const MAX_RETRY_AFTER_SECONDS = 10;

/** The function that sends calls to one endpoint; every failure is an ApiError. */
export function requester(options: RequestOptions): Request {
  return async <T>(call: Call, query: Query = {}, write?: Write) => {
    const wire = {
      method: write?.method ?? 'GET',
      path: call.path + queryString(query),
      ...(write && { contentType: write.contentType, body: JSON.stringify(write.body) }),
    };
    for (let tries = 1; ; tries++) {
      const answer = await attempt(wire).catch((error) => {
        if (!(error instanceof TransportError)) throw error;
        // A read may be repeated; what became of a write nobody knows.
        if (wire.method === 'GET' && error.reset && tries === 1) return null;
        throw unanswered(call, error);
      });
      if (!answer) continue;
      options.report(answer.message);
      const wait = retryAfter(answer);
      if (wait !== null && tries < MAX_TRIES) {
        options.log?.(`${answer.status}: trying again in ${wait} s`);
        await sleep(wait * 1000);
      } else {
        return parseAnswer<T>(call, answer);
      }
    }
  };

  async function attempt(wire: Parameters<typeof send>[1]): Promise<WireAnswer> {
    const started = performance.now();
    const line = `${wire.method} ${options.server.origin}${wire.path}`;
    try {
      const answer = await send(options, wire);
      options.log?.(`${line} ${answer.status} in ${Math.round(performance.now() - started)} ms`);
      return answer;
    } catch (error) {
      options.log?.(`${line} failed: ${(error as Error).message}`);
      throw error;
    }
  }
}

/** Seconds to wait where the server asks to come again (429 and 503 with Retry-After), else null. */
function retryAfter({ status, message }: WireAnswer): number | null {
  if (status !== 429 && status !== 503) return null;
  const header = message.headers['retry-after'] ?? '';
  return /^\d+$/.test(header) ? Math.min(Number(header), MAX_RETRY_AFTER_SECONDS) : null;
}

function parseAnswer<T>(call: Call, { status, body }: WireAnswer): T {
  if (status < 200 || status > 299) throw refusal(call, status, body);
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw unreadable(call, status, body);
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw unreadable(call, status, body);
  }
  const fault = faultInAnswer(call.target.resource, call.verb, parsed);
  if (fault !== null) throw malformed(call, status, fault);
  return parsed as T;
}
