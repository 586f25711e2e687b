import type { NodeChange, RestoreChange } from '../plan/action.ts';
import { quote } from '../quote.ts';
import { nodeRecordText, RECORDS_DIRECTORY } from '../snapshot/records.ts';
import { recordFile } from './change-script.ts';
import {
  RESTORE_FILE,
  RESTORE_TEXT,
  RESTORE_UNIT,
  RESTORE_UNIT_FILE,
  RESTORE_UNIT_TEXT,
} from './persistence/restore-files.ts';

/** The literal commands, as root on the node, that make the same change by hand. */
export function nodeChangeCommand(change: NodeChange): string {
  switch (change.type) {
    case 'write-record': {
      const text = quote(nodeRecordText(change.record));
      const write = `mkdir -p ${RECORDS_DIRECTORY} && printf '%s\\n' ${text} > ${quote(recordFile(change.record.ip))}`;
      return withRestore(write, change.restore);
    }
    case 'remove-record':
      return withRestore(`rm -f ${quote(recordFile(change.ip))}`, change.restore);
    case 'add-address': {
      const label = change.label === null ? '' : ` label ${quote(change.label)}`;
      const source = change.prefix === 128 ? ' preferred_lft 0' : '';
      return `ip addr add ${quote(`${change.ip}/${change.prefix}`)} dev ${quote(change.interface)}${label}${source}`;
    }
    case 'remove-address':
      return `ip addr del ${quote(`${change.ip}/${change.prefix}`)} dev ${quote(change.interface)}`;
  }
}

function withRestore(command: string, restore: RestoreChange | undefined): string {
  switch (restore) {
    case 'install':
      return [
        command,
        `cat > ${RESTORE_FILE} <<'END'\n${RESTORE_TEXT}\nEND`,
        `chmod 0755 ${RESTORE_FILE}`,
        `cat > ${RESTORE_UNIT_FILE} <<'END'\n${RESTORE_UNIT_TEXT}\nEND`,
        `systemctl enable ${RESTORE_UNIT}`,
      ].join('\n');
    case 'remove':
      return [
        `systemctl disable --now ${RESTORE_UNIT}`,
        `rm -f ${RESTORE_UNIT_FILE} ${RESTORE_FILE}`,
        'systemctl daemon-reload',
        command,
      ].join('\n');
    case undefined:
      return command;
  }
}
