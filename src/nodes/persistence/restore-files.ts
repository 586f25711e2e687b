import { createHash } from 'node:crypto';
import { RECORDS_DIRECTORY } from '../../snapshot/records.ts';
import { RESTORE } from './restore-script.ts';

export const UNITS_DIRECTORY = '/etc/systemd/system';
export const RESTORE_UNIT = 'extip-restore.service';
export const RESTORE_FILE = `${RECORDS_DIRECTORY}/restore`;
export const RESTORE_UNIT_FILE = `${UNITS_DIRECTORY}/${RESTORE_UNIT}`;

/** The link that says that the unit is enabled. */
export const RESTORE_ENABLED = `${UNITS_DIRECTORY}/multi-user.target.wants/${RESTORE_UNIT}`;

/**
 * By way of /bin/sh: SELinux does not let systemd itself execute what is in /var/lib, and /var may
 * be mounted noexec. Bounded by what the script does, which is bounded in itself.
 */
const UNIT = `[Unit]
Description=Restore the external IPs that extip has assigned to this node
Wants=network-online.target
After=network-online.target
RequiresMountsFor=${RECORDS_DIRECTORY}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${RESTORE_FILE}
TimeoutStartSec=10min
CapabilityBoundingSet=CAP_NET_ADMIN CAP_NET_RAW

[Install]
WantedBy=multi-user.target`;

const version = createHash('sha256').update(RESTORE).update(UNIT).digest('hex').slice(0, 12);

/** The second line of both files, by which another version of extip knows that it is another. */
export const VERSION_LINE = `# version ${version}`;

/** The restore script, without the last newline; its mode is 0755. */
export const RESTORE_TEXT = `#!/bin/sh
${VERSION_LINE}
# Puts back, after a boot, the addresses that extip has assigned to this node.
${RESTORE}`;

/** The unit, without the last newline. */
export const RESTORE_UNIT_TEXT = `# Written by extip, and removed with the last address that it restores.
${VERSION_LINE}
${UNIT}`;
