import { quote } from '../../quote.ts';
import type { RestoreState } from '../../snapshot/model.ts';
import { plainLine } from '../plain-line.ts';
import {
  RESTORE_ENABLED,
  RESTORE_FILE,
  RESTORE_UNIT,
  RESTORE_UNIT_FILE,
  UNITS_DIRECTORY,
  VERSION_LINE,
} from './restore-files.ts';

/**
 * Shell text for the collection script. Whether a folder is read-only is told to root alone, and
 * not by busybox, whose test(1) does not ask the kernel: there the change itself will say so.
 */
export const RESTORE_STATE = `restore_unit() {
  if [ ! -f ${RESTORE_FILE} ] || [ ! -f ${RESTORE_UNIT_FILE} ] || [ ! -L ${RESTORE_ENABLED} ]; then
    echo absent
  elif [ "$(sed -n 2p ${RESTORE_FILE})" = ${quote(VERSION_LINE)} ] &&
    [ "$(sed -n 2p ${RESTORE_UNIT_FILE})" = ${quote(VERSION_LINE)} ]; then
    echo current
  else
    echo other
  fi
}
restore_obstacle() {
  if [ ! -d /run/systemd/system ]; then
    echo there is no systemd
  elif ! command -v systemctl >/dev/null 2>&1; then
    echo there is no systemctl
  elif [ -L ${RESTORE_UNIT_FILE} ]; then
    echo ${RESTORE_UNIT} is masked
  elif [ "$(id -u)" -eq 0 ] && [ ! -w ${UNITS_DIRECTORY} ]; then
    echo ${UNITS_DIRECTORY} is read-only
  fi
}`;

/** Reads what the two sections printed; what is no answer is taken for a unit that is not there. */
export function parseRestoreState(unit: string, obstacle: string): RestoreState {
  return {
    unit: unit === 'current' || unit === 'other' ? unit : 'absent',
    obstacle: obstacle === '' ? null : plainLine(obstacle),
  };
}
