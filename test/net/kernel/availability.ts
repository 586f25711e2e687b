import { execa } from 'execa';
import { missingFoundations } from '../../lab/availability.ts';
import { missingPackages } from '../../lab/packages.ts';

/** Why cases cannot be played on this machine; null: they can. */
export async function whyNotHere(): Promise<string | null> {
  const foundations = await missingFoundations();
  if (foundations.length > 0) return foundations.join(', ');
  const needed = ['iptables', 'nftables', 'ipset', 'iproute2', 'procps'];
  const packages = (await missingPackages()).filter((name) => needed.includes(name));
  if (packages.length > 0) return `Debian packages ${packages.join(', ')}`;
  const { failed } = await execa('go', ['version'], { reject: false });
  return failed ? 'Go is not installed' : null;
}
