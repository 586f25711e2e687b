import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { labelRequest } from './label-request.ts';
import { labelScript } from './label-script.ts';
import type { Phase, Point, SshEnd, Verdict } from './point.ts';

/** Says what becomes of a point; extip's script or write waits for it. */
export type Decide = (point: Point) => Verdict | Promise<Verdict>;

/** What the ssh shim and the API proxy ask. */
export interface Controller {
  /** The proxy is there. */
  ready: Promise<void>;
  /** The points of this run are decided by `decide` from now on. */
  watch(run: number, decide: Decide): void;
  close(): void;
}

interface WatchedRun {
  decide: Decide;
  /** The step that is under way, by the asker's id. */
  open: Map<string, string>;
  /** How often a step was seen. */
  seen: Map<string, number>;
}

/** Listens on a unix socket, which works across network namespaces where its path is seen. */
export async function startController(socket: string): Promise<Controller> {
  const runs = new Map<string, WatchedRun>();
  const ready = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://controller');
    const body = await text(request);
    if (pathname === '/ready') ready.resolve();
    const run = runs.get(searchParams.get('run') ?? '');
    const point = run && pointOf(run, pathname === '/ssh' ? 'node' : 'api', searchParams, body);
    const verdict = run && point ? await run.decide(point) : 'pass';
    response.end(pathname === '/ssh' ? forShell(verdict) : JSON.stringify(verdict));
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    ready: ready.promise,
    watch: (run, decide) => {
      runs.set(String(run), { decide, open: new Map(), seen: new Map() });
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The point that is asked about; null for what extip does again and again in the background. */
function pointOf(
  run: WatchedRun,
  side: Point['side'],
  query: URLSearchParams,
  body: string,
): Point | null {
  const id = query.get('id') ?? '';
  const phase = query.get('phase') as Phase;
  if (phase === 'before') {
    const label = side === 'api' ? labelRequest(JSON.parse(body)) : labelScript(body);
    if (label === null) return null;
    const step = side === 'api' ? label : `${query.get('target')} ${label}`;
    const count = (run.seen.get(step) ?? 0) + 1;
    run.seen.set(step, count);
    // How often the rules are looked at is kube-proxy's doing, and no look changes anything.
    if (step.endsWith(' rules') && count > 1) return null;
    run.open.set(id, `${step} #${count}`);
  }
  const step = run.open.get(id);
  return step === undefined ? null : { name: `${step} ${phase}`, side, phase };
}

/** A verdict as the first line for the shell's `read`. */
function forShell(verdict: Verdict): string {
  if (typeof verdict === 'string') return `${verdict}\n`;
  const { exitCode, stderr } = verdict as SshEnd;
  return `end ${exitCode}\n${stderr}\n`;
}
