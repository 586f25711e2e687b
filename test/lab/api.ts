import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { execa } from 'execa';
import { LabError } from './error.ts';
import type { HostState } from './state.ts';

/** The API server as seen from outside the namespaces: one HTTP/2 connection through netcat. */
export interface Api {
  /** Sends a request; returns the answer's body, or throws an ApiError. */
  request<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  close(): void;
}

/** An answer that is not a success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Opens a connection to the API server at `address`, made from `host`. */
export function openApi(
  host: HostState,
  { address, token, ca }: { address: string; token: string; ca: string },
): Api {
  const netcat = execa(
    'nsenter',
    ['-t', String(host.init.pid), '-n', 'busybox', 'nc', address, '6443'],
    { reject: false },
  );
  const session: ClientHttp2Session = connectHttp2(`https://${address}:6443`, {
    createConnection: () =>
      connectTls({
        socket: netcat.duplex(),
        ca,
        ALPNProtocols: ['h2'],
      }),
  });
  let failure: Error | undefined;
  session.on('error', (error) => {
    failure = error;
  });

  const request = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    new Promise((resolve, reject) => {
      if (failure || session.destroyed) {
        return reject(new LabError(`the connection to the API server is lost: ${failure}`));
      }
      const stream = session.request({
        ':method': method,
        ':path': path,
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        'user-agent': 'extip-lab',
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      });
      let status = 0;
      let text = '';
      stream.setEncoding('utf8');
      stream.on('response', (headers) => {
        status = headers[':status'] ?? 0;
      });
      stream.on('data', (chunk: string) => {
        text += chunk;
      });
      stream.on('error', reject);
      stream.on('end', () => {
        if (status >= 200 && status < 300) {
          resolve((text.startsWith('{') ? JSON.parse(text) : text) as T);
        } else {
          reject(new ApiError(status, `${method} ${path}: ${status} ${text.slice(0, 500)}`));
        }
      });
      stream.end(body === undefined ? undefined : JSON.stringify(body));
    });

  return {
    request,
    close() {
      session.destroy();
      netcat.kill();
    },
  };
}
