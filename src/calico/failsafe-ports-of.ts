import { agentSettings } from './agent-settings.ts';
import { protocolNumber } from './packet.ts';
import type { CalicoObjects } from './read-objects.ts';

/** A port that is let in on a node before any policy is asked. */
export interface OpenPort {
  port: number;
  protocol: string;
  /** The CIDR from which it is; null: from everywhere. */
  net: string | null;
}

/**
 * Which of these ports are open on the node whatever policies say: there a guard is void. As Calico comes,
 * where its FelixConfigurations could not be read.
 */
export function failsafePortsOf(
  objects: CalicoObjects,
  node: string,
  ports: readonly { port: number; protocol: string }[],
): OpenPort[] {
  const { failsafeInbound } = agentSettings(objects, node);
  return ports.flatMap(({ port, protocol }) =>
    failsafeInbound
      .filter((one) => one.port === port && one.protocol === protocolNumber(protocol))
      .map(({ net }) => ({ port, protocol, net })),
  );
}
