import { quote } from '../quote.ts';
import { BOUNDED } from './bounded.ts';

/** A POSIX sh script for one node. */
export interface Script {
  /**
   * `require`: root, or nothing is run (what changes a node). `prefer`: as root where the node
   * allows it, else as the user. `none`: as the user, sudo is not asked.
   */
  privilege: 'require' | 'prefer' | 'none';
  /**
   * Shell code that calls `section NAME COMMAND [ARGUMENT…]`: the command runs in a subshell with
   * no standard input, and its output, standard error and exit code come back under that name.
   * External commands go through `bounded SECONDS COMMAND…`.
   */
  body: string;
}

/** Frames are written on both streams, so that each section's standard error is told apart. */
const FRAMES = `LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
export LC_ALL PATH
umask 022
frame() {
  printf '\\n%s %s\\n' "$mark" "$1"
  printf '\\n%s %s\\n' "$mark" "$1" >&2
}
section() {
  frame "begin $1"
  shift
  ( "$@" ) </dev/null
  code=$?
  frame "end $code"
}`;

/** Sets the shell that runs the body; `bounded` costs processes, which root needs none of here. */
const ELEVATION: Record<Script['privilege'], string> = {
  none: 'set -- sh -s',
  prefer: `set -- sh -s
if [ "$(id -u)" -ne 0 ]; then
  ${BOUNDED}
  section sudo bounded 20 sudo -n sh -c :
  if [ "$code" -eq 0 ]; then set -- sudo -n sh -s; fi
fi`,
  require: `set -- sh -s
if [ "$(id -u)" -ne 0 ]; then
  ${BOUNDED}
  section sudo bounded 20 sudo -n sh -c :
  if [ "$code" -ne 0 ]; then return; fi
  set -- sudo -n sh -s
fi`,
};

/** What runs with the rights that the script asked for. */
export function renderBody(script: Script, marker: string): string {
  return inFunction(
    [`mark=${quote(marker)}`, FRAMES, BOUNDED, script.body, 'frame complete'].join('\n'),
  );
}

/**
 * The complete text for `sh -s`. It becomes root inside, because the command that ssh passes on
 * is read by a login shell which may be no POSIX shell. The body goes to the inner shell through
 * a pipe: in no argument list, where \`ps\` would show it, and in no temporary file, which a full
 * disk would refuse.
 */
export function renderScript(script: Script, marker: string): string {
  return inFunction(`mark=${quote(marker)}
${FRAMES}
section login printf '%s' "\${SSH_CONNECTION-}"
body=${quote(renderBody(script, marker))}
${ELEVATION[script.privilege]}
printf '%s\\n' "$body" | "$@"`);
}

/** A script that arrives cut short must not run up to the cut. */
function inFunction(code: string): string {
  return `extip_main() {\n${code}\n}\nextip_main\n`;
}
