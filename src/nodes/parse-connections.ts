import { type Ip, parseIp } from '../net/ip.ts';

/** A tracked connection, as its first packet had it. */
export interface Connection {
  /** As conntrack(8) names it, e.g. `tcp`. */
  protocol: string;
  source: Ip;
  destination: Ip;
  sourcePort: number;
  destinationPort: number;
}

/** `tcp 6 431999 ESTABLISHED src=… dst=… sport=… dport=… src=…`: the first four are the client's. */
const LINE =
  /^(tcp|udp|sctp) +\d+ .*?\bsrc=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) (?:packets=\d+ bytes=\d+ )?(?:\[\S+\] )?src=/;

/** The connections with ports that `conntrack -L` lists. */
export function parseConnections(text: string): Connection[] {
  return text.split('\n').flatMap((line) => {
    const [, protocol = '', from = '', to = '', sport, dport] = LINE.exec(line) ?? [];
    const [source, destination] = [parseIp(from), parseIp(to)];
    if (!source || !destination) return [];
    const ports = { sourcePort: Number(sport), destinationPort: Number(dport) };
    return [{ protocol, source, destination, ...ports }];
  });
}
