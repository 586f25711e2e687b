/**
 * Shell text for the script that writes or removes the record `$file`. What fails here is told in
 * `$trouble` and is no reason to fail: the address is served all the same, until a reboot.
 *
 * `install`: the restore script, then its unit, then enabled; each is left as it is where it is so
 * already. A unit that is masked stays so.
 */
export const INSTALL = `is_installed() {
  has "$restore" "$restore_text" && [ -x "$restore" ] && has "$unit" "$unit_text" && [ -L "$enabled" ]
}
install_files() {
  if ! has "$restore" "$restore_text" || [ ! -x "$restore" ]; then
    put "$restore" "$restore_text" 0755 || return 1
  fi
  if ! has "$unit" "$unit_text"; then put "$unit" "$unit_text" || return 1; fi
  bounded 60 systemctl enable "\${unit##*/}" || return 1
  bounded 20 sync "\${enabled%/*}"
}
install() {
  if is_installed; then return; fi
  if [ ! -d /run/systemd/system ]; then trouble='there is no systemd' && return; fi
  if [ -L "$unit" ]; then trouble="\${unit##*/} is masked" && return; fi
  if said=$(install_files 2>&1); then
    result=changed
  else
    trouble=$(printf '%s\\n' "$said" | tail -n 1)
  fi
}`;

/** `uninstall`: where no other record is to be restored; the unit goes before the script. */
export const UNINSTALL = `uninstall_files() {
  if [ -e "$unit" ] && [ ! -L "$unit" ]; then
    if command -v systemctl >/dev/null 2>&1; then
      bounded 60 systemctl disable --now "\${unit##*/}"
      bounded 60 systemctl reset-failed "\${unit##*/}"
    fi
    rm -f "$enabled" "$unit" || return 1
    if command -v systemctl >/dev/null 2>&1; then bounded 60 systemctl daemon-reload; fi
  fi
  rm -f "$unit.new" "$restore"
}
uninstall() {
  for other in "$directory"/*.json; do
    if [ "$other" != "$file" ] && [ -f "$other" ] && grep -q '"persist":true' "$other"; then return; fi
  done
  for part in "$unit" "$unit.new" "$restore"; do
    if [ -e "$part" ] && [ ! -L "$part" ]; then result=changed; fi
  done
  if [ "$result" = unchanged ]; then return; fi
  said=$(uninstall_files 2>&1) || trouble=$(printf '%s\\n' "$said" | tail -n 1)
}`;
