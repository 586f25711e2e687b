import { ADDRESS, DETECTION } from './address-shell.ts';

const PUT_RECORD = `put_record() {
  if has "$file" "$text"; then return; fi
  put "$file" "$text" || fail
  result=changed
}`;

/** What restores comes after the first record, and goes before the last one that says so. */
export const WRITE_PERSISTENT_RECORD = `${PUT_RECORD}
step() {
  result=unchanged trouble=''
  put_record
  install
  answer "$result" "$trouble"
}`;

export const WRITE_RECORD = `${PUT_RECORD}
step() {
  result=unchanged trouble=''
  uninstall
  put_record
  answer "$result" "$trouble"
}`;

export const REMOVE_RECORD = `step() {
  result=unchanged trouble=''
  uninstall
  if [ -e "$file" ] || [ -L "$file" ]; then
    rm -f "$file" || fail
    bounded 20 sync "$directory" || exit 1
    result=changed
  fi
  answer "$result" "$trouble"
}`;

const ADD = `add() {
  add_address
  now=$(places) || exit 1
  if [ "$now" != "$interface $prefix" ]; then fail; fi
}
step() {
  now=$(places) || fail
  if [ -n "$now" ] && [ "$now" != "$interface $prefix" ]; then answer elsewhere "$now"; fi
  bounded 10 ip link show dev "$interface" >/dev/null || answer no-interface
  if [ -n "$now" ]; then result=unchanged; else result=changed; fi
  settle
  answer "$result"
}`;

export const ADD_ADDRESS_4 = `${ADDRESS}
settle() { if [ -z "$now" ]; then add; fi; }
${ADD}`;

/** The short sleep at the end lets the kernel send its advertisement. */
export const ADD_ADDRESS_6 = `${ADDRESS}
${DETECTION}
settle() {
  if [ -z "$now" ]; then
    tell_neighbours
    add
  fi
  verdict=$(detect) || exit 1
  case $verdict in
    unique) if [ "$result" = changed ]; then nap; fi ;;
    *)
      if [ "$result" = unchanged ]; then answer "$verdict" left; fi
      remove_address || exit 1
      answer "$verdict" removed
      ;;
  esac
}
${ADD}`;

export const REMOVE_ADDRESS = `${ADDRESS}
step() {
  now=$(places) || fail
  if [ -z "$now" ]; then answer unchanged; fi
  if ! printf '%s\\n' "$now" | grep -Fqx -- "$interface $prefix"; then answer left "$now"; fi
  remove_address
  now=$(places) || exit 1
  if printf '%s\\n' "$now" | grep -Fqx -- "$interface $prefix"; then fail; fi
  answer changed
}`;
