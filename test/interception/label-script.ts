/** What only the script of this step contains, the steps in the order in which they are tried. */
const SIGNS: [step: string, sign: string][] = [
  ['read', 'section machine-id'],
  ['rules', ':KUBE-SERVICES '],
  ['connect', '/dev/tcp/'],
  ['announce', 'section announce'],
  ['write-record', 'put "$file" "$text"'],
  ['remove-record', 'rm -f "$file"'],
  ['add-address', 'ip addr add'],
  ['remove-address', 'ip addr del'],
  ['raise-fence', 'section change'],
  ['ask-segment', 'section link'],
];

/**
 * Which step of extip a script on a node is, e.g. `add-address`; null where it was cut short,
 * because extip died while it sent it: such a script does nothing.
 */
export function labelScript(script: string): string | null {
  if (!script.endsWith('\nextip_main\n')) return null;
  const found = SIGNS.find(([, sign]) => script.includes(sign));
  if (!found) throw new Error(`this script is no step that is known:\n${script}`);
  return found[0];
}
