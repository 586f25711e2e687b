import type { HostProcess, Lab } from '../../lab/harness.ts';

/** Where new connections are opened from and to. */
export interface Watched {
  what: string;
  from: string;
  ip: string;
  port: number;
}

/** How many connections were tried, and of those that were not made the time (seconds) and the reason. */
export interface Kept {
  what: string;
  tried: number;
  lost: [at: number, why: string][];
}

/** A new connection every 100 ms, each with 1 s to be made, until it is told to end. */
const PROBE = `import json, signal, socket, sys, threading, time
ip, port = sys.argv[1], int(sys.argv[2])
began, lost, tried, over = time.monotonic(), [], 0, threading.Event()
signal.signal(signal.SIGTERM, lambda *_: over.set())
def one(at):
    try: socket.create_connection((ip, port), 1).close()
    except OSError as error: lost.append([round(at, 1), str(error)])
threads = []
while not over.wait(0.1):
    tried += 1
    thread = threading.Thread(target=one, args=(time.monotonic() - began,))
    thread.start()
    threads.append(thread)
for thread in threads: thread.join()
print(json.dumps({'tried': tried, 'lost': lost}))`;

/** Opens a new connection every 100 ms to each of these, until it is stopped. */
export function watch(lab: Lab, watched: readonly Watched[]): { stop(): Promise<Kept[]> } {
  const running = watched.map((one): [Watched, HostProcess] => [
    one,
    lab.spawn(one.from, ['python3', '-c', PROBE, one.ip, String(one.port)]),
  ]);
  return {
    stop: () =>
      Promise.all(
        running.map(async ([{ what }, process]) => {
          process.kill('SIGTERM');
          const { stdout, stderr } = await process.result;
          if (stdout === '') throw new Error(`${what}: ${stderr}`);
          return { what, ...JSON.parse(stdout) };
        }),
      ),
  };
}
