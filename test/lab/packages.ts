import { chmod, rm, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { exists } from './programs.ts';

/** What a lab runs besides its own programs: Debian's package for each program. */
const packages: Record<string, string> = {
  '/usr/sbin/sshd': 'openssh-server',
  ssh: 'openssh-client',
  sudo: 'sudo',
  iptables: 'iptables',
  nft: 'nftables',
  ipset: 'ipset',
  ip: 'iproute2',
  arping: 'iputils-arping',
  ping: 'iputils-ping',
  conntrack: 'conntrack',
  ndisc6: 'ndisc6',
  tcpdump: 'tcpdump',
  busybox: 'busybox',
  curl: 'curl',
  openssl: 'openssl',
  ps: 'procps',
  tmux: 'tmux',
  zsh: 'zsh',
  fish: 'fish',
  tcsh: 'tcsh',
  faketime: 'faketime',
  shellcheck: 'shellcheck',
  systemctl: 'systemd',
  'systemd-analyze': 'systemd',
};

/** The packages whose programs are not on this machine. */
export async function missingPackages(): Promise<string[]> {
  const script = 'for p; do command -v "$p" >/dev/null || echo "$p"; done';
  const path = `${process.env.PATH}:/usr/sbin:/sbin`;
  const { stdout } = await execa('sh', ['-c', script, 'sh', ...Object.keys(packages)], {
    env: { PATH: path },
  });
  return [...new Set(stdout.split('\n').flatMap((program) => packages[program] ?? []))];
}

/** Installs Debian packages, without starting the daemons that come with them. */
export async function installPackages(names: string[], say: (text: string) => void) {
  say(`installing Debian packages, about a minute: ${names.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await execa('apt-get', ['update', '-qq'], { env });
  await withoutDaemons(() =>
    execa('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env }),
  );
}

/** Debian's maintainer scripts ask this file whether they may start a service; 101 is no. */
async function withoutDaemons(install: () => Promise<unknown>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  if (await exists(policy)) {
    await install();
    return;
  }
  await writeFile(policy, '#!/bin/sh\nexit 101\n');
  await chmod(policy, 0o755);
  try {
    await install();
  } finally {
    await rm(policy);
  }
}
