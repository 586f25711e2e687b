import { decode, decodeTransport, encode, type FirstPacket, type SeenPacket } from './bytes.ts';
import { type Host, links } from './topology.ts';
import type { Sent, Wire, WirePacket } from './wire.ts';

/** A packet to send, and where: over a link, to the node; or on the node itself (`null`). */
export interface Probe extends FirstPacket {
  link: string | null;
}

/** A packet at a place: on a link to another host, or delivered to the node itself (`null`). */
export interface Sighting extends SeenPacket {
  host: Host;
  link: string | null;
}

/** What the kernel did with a probe. */
export interface Truth {
  /** What sending it failed with, e.g. `EPERM`; null: it was sent. */
  error: string | null;
  /** Where the packet itself came out. */
  arrivals: Sighting[];
  /** What was answered, wherever it arrived. */
  answers: Sighting[];
}

/** Sends the probes one after the other and says what each did. */
export async function sendProbes(
  wire: Wire,
  probes: readonly Probe[],
  quietMs: number,
): Promise<Truth[]> {
  const sent = await wire.send(probes.map(wirePacket), quietMs);
  return probes.map((probe, index) => readTruth(probe, sent[index] as Sent));
}

function wirePacket(probe: Probe): WirePacket {
  const bytes = encode(probe).toString('hex');
  if (probe.link) return { socket: probe.link, bytes };
  return { socket: `node ${probe.source}`, bytes, to: probe.destination };
}

function readTruth(probe: Probe, { error, arrivals }: Sent): Truth {
  const seen = arrivals.flatMap((each) => readSighting(each) ?? []);
  const its = seen.filter(({ tag }) => tag === probe.tag);
  return {
    error: error ?? null,
    arrivals: its.filter(({ kind }) => kind === 'first'),
    answers: its.filter(({ kind }) => kind !== 'first'),
  };
}

function readSighting({ socket, from, to, bytes }: Sent['arrivals'][number]): Sighting | null {
  const content = Buffer.from(bytes, 'hex');
  const link = links.find(({ name }) => name === socket);
  if (link) {
    const packet = decode(content);
    return packet && { ...packet, host: link.host, link: link.name };
  }
  // Raw sockets of IPv6 get what is behind the IP header.
  const protocol = Number(socket.split(' ')[2]);
  const packet = from && to ? decodeTransport(protocol, from, to, content) : decode(content);
  return packet && { ...packet, host: 'node', link: null };
}
