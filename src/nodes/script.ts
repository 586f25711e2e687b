import { quote } from '../quote.ts';

/** A POSIX sh script for one node. */
export interface Script {
  /**
   * `require`: root, or nothing is run (what changes a node). `prefer`: as root where the node
   * allows it, else as the user. `none`: as the user, sudo is not asked.
   */
  privilege: 'require' | 'prefer' | 'none';
  /**
   * Shell code that calls `section NAME COMMAND [ARGUMENT…]`: the command runs in a subshell with
   * no standard input, and its output, standard error and exit code come back under that name; or
   * `told NAME TEXT`, which starts nothing. External commands go through `bounded SECONDS COMMAND…`;
   * `$uid` is who runs it.
   */
  body: string;
}

/**
 * What both shells have: sections, whose beginning and end are written on both streams, so that their standard
 * error is told apart, and from ssh's own words; who runs it; and `bounded`, which is none where the node has no timeout(1).
 */
const PRELUDE = `LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin
export LC_ALL PATH
umask 022
frame() { printf '\\n%s %s\\n' "$mark" "$1"; }
section() {
  frame "begin $1"
  frame "begin $1" >&2
  shift
  ( "$@" ) </dev/null
  code=$?
  frame "end $code"
  frame "end $code" >&2
}
told() { printf '\\n%s begin %s\\n%s\\n%s end 0\\n' "$mark" "$1" "$2" "$mark"; }
if uid=$(timeout 5 id -u 2>/dev/null); then
  bounded() { timeout "$@"; }
else
  uid=$(id -u)
  bounded() { shift; "$@"; }
fi`;

const ROOT_SHELL = `printf '%s\\n' "mark=$mark" ${quote(PRELUDE)} "$body" | sudo -n sh -s`;

/** Goes on as root, where that is wanted and the user is not. */
const ELEVATION: Record<Script['privilege'], string> = {
  none: '',
  prefer: `if [ "$uid" -ne 0 ]; then
  section sudo bounded 20 sudo -n sh -c :
  if [ "$code" -eq 0 ]; then
    ${ROOT_SHELL}
    return
  fi
fi`,
  require: `if [ "$uid" -ne 0 ]; then
  section sudo bounded 20 sudo -n sh -c :
  if [ "$code" -eq 0 ]; then ${ROOT_SHELL}; fi
  return
fi`,
};

/**
 * The complete text for `sh -s`. It becomes root inside, because the command that ssh passes on
 * is read by a login shell which may be no POSIX shell. The body goes to root's shell through
 * a pipe: in no argument list, where `ps` would show it, and in no temporary file, which a full
 * disk would refuse.
 */
export function renderScript({ privilege, body }: Script, marker: string): string {
  const code = `mark=${quote(marker)}
${PRELUDE}
told login "\${SSH_CONNECTION-}"
body=${quote(inFunction('extip_body', `${body}\nframe complete`))}
${ELEVATION[privilege]}
eval "$body" </dev/null`;
  return inFunction('extip_main', code);
}

/** A script that arrives cut short must not run up to the cut. */
function inFunction(name: string, code: string): string {
  return `${name}() {\n${code}\n}\n${name}\n`;
}
