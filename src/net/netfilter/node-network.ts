import type { Ip } from '../ip.ts';

/** What is known of the node that a packet walks through. `undefined`: not known. */
export interface NodeNetwork {
  /** Every interface with its addresses (ip -j addr, or --local). */
  interfaces: readonly WalkInterface[] | undefined;
  /** All tables (ip -j route show table all), and the policy (ip -j rule), of both families. */
  routes: readonly Route[] | undefined;
  rules: readonly RoutingRule[] | undefined;
  /** By name, e.g. `net.ipv4.ip_forward` → `1`. */
  sysctls: ReadonlyMap<string, string>;
  /** By name; a set that is not here is not known. */
  ipsets: ReadonlyMap<string, IpSet>;
}

export interface WalkInterface {
  /** Empty: not known, of the addresses that `--local` gives. */
  name: string;
  up: boolean;
  loopback: boolean;
  addresses: readonly { ip: Ip; prefix: number; scope: string }[];
}

export interface Route {
  table: string;
  /** `local`, `unicast`, `broadcast`, `multicast`, `prohibit`, `unreachable`, `blackhole`, `throw`. */
  type: string;
  destination: { ip: Ip; prefix: number };
  /** For packets of this type of service alone, e.g. `0x10`; null: for all. */
  typeOfService: string | null;
  /** null: none; several next hops are a balancing fork. */
  hops: readonly NextHop[];
  preferredSource: Ip | null;
  metric: number;
}

export interface NextHop {
  gateway: Ip | null;
  device: string | null;
  weight: number;
  /** null: none; `linkdown`: `ignore_routes_with_linkdown` says whether it is in use. */
  fault: 'dead' | 'linkdown' | null;
}

export interface RoutingRule {
  family: 4 | 6;
  priority: number;
  from: { ip: Ip; prefix: number } | null;
  to: { ip: Ip; prefix: number } | null;
  inInterface: string | null;
  outInterface: string | null;
  mark: { value: number; mask: number } | null;
  not: boolean;
  /** A table's name or number; null with another action (`prohibit`, …). */
  table: string | null;
  action: string | null;
}

export interface IpSet {
  name: string;
  /** e.g. `hash:ip,port`, `bitmap:port`, `list:set`. */
  type: string;
  family: 4 | 6 | null;
  /** As `ipset save` prints them, e.g. `10.0.0.0/8`, `10.0.0.1,tcp:80`, `10.0.0.1 nomatch`. */
  elements: readonly string[];
}
