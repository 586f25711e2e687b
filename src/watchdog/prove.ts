import { ApiError } from '../cluster/api.ts';
import { type ClusterFlags, connect } from '../cluster/connection.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import { addressAndPort } from '../net/address-and-port.ts';
import { checkConnect } from '../nodes/check-connect.ts';
import { overNewConnection, type Reach } from '../nodes/reach.ts';
import { runScript } from '../nodes/run-script.ts';

/** One way into the cluster or in it that a guard must not cut. */
export interface Way {
  /** For a person: `ssh to node k0`. */
  what: string;
  /** Tries it over a new connection; why it does not work, null: it does. Never throws. */
  whyNot(): Promise<string | null>;
}

/** The ways that are looked at. */
export interface Access {
  /** Each node that is covered. */
  nodes: readonly Reach[];
  flags: ClusterFlags;
  /** TCP ports, each with the node that connects to it. */
  connects: readonly { from: Reach; ip: string; port: number }[];
}

/** A way that worked, and does not work any more. */
export interface LostWay {
  what: string;
  why: string;
}

/** Each is an ssh connection, and sshd lets only a few wait for their login (MaxStartups). */
const AT_ONCE = 8;

/** One lost packet is no proof. */
const TRIES = 2;

/** The ways that work now, before anything is written. */
export async function workingWays(access: Access): Promise<Way[]> {
  const ways = waysOf(access);
  const why = await tryAll(ways, 1);
  return ways.filter((way) => why.get(way) === null);
}

/**
 * Those of the ways that do not work any more. A connection that there is goes on whatever the policies say,
 * so that each is tried over a new one. It says something of a guard only once Calico's agents have
 * written it into the kernels.
 */
export async function lostWays(ways: readonly Way[]): Promise<LostWay[]> {
  const why = await tryAll(ways, TRIES);
  return ways.flatMap((way) => {
    const reason = why.get(way) ?? null;
    return reason === null ? [] : [{ what: way.what, why: reason }];
  });
}

async function tryAll(ways: readonly Way[], tries: number): Promise<Map<Way, string | null>> {
  const results = new Map<Way, string | null>();
  await forEachBounded(ways, AT_ONCE, async (way) => {
    let why = await way.whyNot();
    for (let left = tries - 1; left > 0 && why !== null; left--) why = await way.whyNot();
    results.set(way, why);
  });
  return results;
}

function waysOf({ nodes, flags, connects }: Access): Way[] {
  return [
    { what: 'the API server', whyNot: () => askApi(flags) },
    ...nodes.map((reach) => ({ what: `ssh to node ${reach.node}`, whyNot: () => logIn(reach) })),
    ...connects.map(({ from, ip, port }) => ({
      what: `${addressAndPort(ip, port)} from node ${from.node}`,
      whyNot: async () => {
        const { outcome, detail } = await checkConnect(overNewConnection(from), { ip, port });
        return outcome === 'passed' ? null : detail;
      },
    })),
  ];
}

/** Whatever it answers, it can be reached. */
async function askApi(flags: ClusterFlags): Promise<string | null> {
  try {
    const { api } = await connect(flags, { onWarning() {} });
    await api.get('/version');
    return null;
  } catch (error) {
    const isAnswer = error instanceof ApiError && error.status > 0 && error.status < 500;
    return isAnswer ? null : (error as Error).message;
  }
}

async function logIn(reach: Reach): Promise<string | null> {
  const script = { privilege: 'none', body: 'section here true' } as const;
  const run = await runScript(overNewConnection(reach), script, { timeoutSeconds: 20 });
  return run.status === 'ok' ? null : (run.message ?? run.status);
}
