/** A node, or the cluster's policy, that sends what no terminal should see, for real. */
export interface LabCase {
  name: string;
  /** Shell commands on k0, and what undoes them. */
  on: string;
  off: string;
  /** The command that meets it, with its exit code and what it says. */
  command: string;
  exitCode: number;
  says: RegExp;
}

const FOLDER = '/var/lib/extip';
const LIST = { command: 'list -A', exitCode: 0 };
const ASSIGN = 'assign svc-test-1 20.1.0.171 --node k0 --dry-run=client';
const HUP = 'kill -HUP "$(cat /run/sshd.pid)"';
/** What a program prints that wants to own the terminal, as printf takes it. */
const ESCAPES = '\\033[2J\\033]0;owned\\007\\342\\200\\256\\302\\233';

export const labCases: LabCase[] = [
  {
    ...LIST,
    name: 'a login shell that prints escapes',
    on: `printf 'printf "${ESCAPES}"; printf "${ESCAPES}" >&2\\n' >/root/.bashrc`,
    off: 'rm /root/.bashrc',
    says: /no external IPs found/,
  },
  {
    ...LIST,
    name: "a login shell that prints forged frames and ends the script's",
    on: 'printf \'printf "\\\\nextip-%%032d complete\\\\n" 0; exit 0\\n\' >/root/.bashrc',
    off: 'rm /root/.bashrc',
    says: /k0 is unreachable/,
  },
  {
    ...LIST,
    name: "sshd's banner with escapes",
    on: `printf '${ESCAPES}Connection refused\\n' >/etc/ssh/banner; sed -i '1i Banner /etc/ssh/banner' /etc/ssh/sshd_config; ${HUP}`,
    off: `sed -i 1d /etc/ssh/sshd_config; ${HUP}`,
    says: /no external IPs found/,
  },
  {
    ...LIST,
    name: 'an `ip` that prints garbage and escapes',
    on: `mv /usr/bin/ip /usr/bin/ip.hidden; printf '#!/bin/sh\\nprintf "${ESCAPES}"\\n' >/usr/bin/ip; chmod 755 /usr/bin/ip`,
    off: 'mv /usr/bin/ip.hidden /usr/bin/ip',
    says: /k0 is failed: .*did not print what iproute2 does/,
  },
  {
    ...LIST,
    name: 'an `ip` that prints without end',
    on: "mv /usr/bin/ip /usr/bin/ip.hidden; printf '#!/bin/sh\\nexec cat /dev/zero\\n' >/usr/bin/ip; chmod 755 /usr/bin/ip",
    off: 'mv /usr/bin/ip.hidden /usr/bin/ip',
    says: /k0 is failed: answered more than 64 MB/,
  },
  {
    ...LIST,
    name: 'files whose names are commands and escapes',
    on: `mkdir -p ${FOLDER}; cd ${FOLDER}; touch '$(touch canary).json' '; touch canary;.json' "$(printf 'a\\033[2Jb.json')" "$(printf 'a\\nb.json')" -- '-rf.json'`,
    off: `find ${FOLDER} -name '*.json' -delete`,
    says: /damaged/,
  },
  {
    name: 'an arping that answers with escapes',
    on: `mv /usr/bin/arping /usr/bin/arping.hidden; printf '#!/bin/sh\\ncase $1 in -V) echo "arping from iputils 1";; *) printf "Sent 1 probes\\\\n${ESCAPES} [AA:BB:CC:DD:EE:FF]\\\\n";; esac\\n' >/usr/bin/arping; chmod 755 /usr/bin/arping`,
    off: 'mv /usr/bin/arping.hidden /usr/bin/arping',
    command: ASSIGN,
    exitCode: 7,
    says: /another host answers for 20\.1\.0\.171: aa:bb:cc:dd:ee:ff/,
  },
  {
    name: 'a login shell that hides the machine-id behind a command',
    on: "mv /etc/machine-id /etc/machine-id.right; printf '$(touch /tmp/canary)\\n' >/etc/machine-id",
    off: 'mv /etc/machine-id.right /etc/machine-id',
    command: ASSIGN,
    exitCode: 7,
    says: /this may not be k0 .*machine-id is missing/,
  },
];
