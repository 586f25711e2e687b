import {
  ADD_ADDRESS_4,
  ADD_ADDRESS_6,
  REMOVE_ADDRESS,
  REMOVE_RECORD,
  WRITE_PERSISTENT_RECORD,
  WRITE_RECORD,
} from '../../src/nodes/change-steps.ts';

/** What only the script of this step contains, the steps in the order in which they are tried. */
const SIGNS: [step: string, sign: string][] = [
  ['write-record', WRITE_RECORD],
  ['write-record', WRITE_PERSISTENT_RECORD],
  ['remove-record', REMOVE_RECORD],
  ['add-address', ADD_ADDRESS_4],
  ['add-address', ADD_ADDRESS_6],
  ['remove-address', REMOVE_ADDRESS],
  ['raise-fence', 'section change'],
  ['read', 'told machine-id'],
  ['rules', ':KUBE-SERVICES '],
  ['connect', '/dev/tcp/'],
  ['announce', 'section announce'],
  ['ask-segment', 'section link'],
  ['check-undo', 'section watchdog check'],
  ['arm-undo', 'section watchdog arm'],
  ['look-at-undo', 'section watchdog look'],
  ['disarm-undo', 'section watchdog disarm'],
  ['guard-rules', "grep '^-A cali-'"],
  ['log-in', 'section here true'],
];

/**
 * Which step of extip a script on a node is, e.g. `add-address`; null where it was cut short,
 * because extip died while it sent it: such a script does nothing.
 */
export function labelScript(script: string): string | null {
  if (!script.endsWith('\nextip_main\n')) return null;
  // A script hands its body, quoted, to a shell that is root.
  const found = SIGNS.find(([, sign]) => script.includes(sign.replaceAll("'", "'\\''")));
  if (!found) throw new Error(`this script is no step that is known:\n${script}`);
  return found[0];
}
