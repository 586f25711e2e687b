/**
 * Shell text: `have_lock` takes the run's lock over, and fails where it is to be asked for again; where another
 * run has taken it since, the program ends. Where the Lease cannot be had from `without_from` on, it goes on
 * without. Only what it read is written over: the resourceVersion is tested. What it reads of the Lease is
 * anybody's text, and is compared and no more.
 */
export const NODE_LOCK = `locked_until=0
on_lease() {
  verb=$1
  shift
  kubectl -n kube-system "$verb" leases.coordination.k8s.io extip "$@"
}
operation() { printf '{"op":"%s","path":"%s","value":%s}' "$1" "$2" "$3"; }
patch_lease() { on_lease patch --type=json -p "[$1,$2,$3]"; }
have_lock() {
  clock
  if [ "$now" -lt "$locked_until" ]; then return 0; fi
  take_lock || [ "$now" -ge "$without_from" ]
}
take_lock() {
  lease=$(on_lease get -o 'jsonpath={.metadata.uid} {.metadata.resourceVersion} {.spec.leaseTransitions} {.spec.holderIdentity}') || return 1
  read -r uid version number holder <<LEASE
$lease
LEASE
  if [ "$uid $number" != "$lease_uid $lease_number" ]; then leave; fi
  case $holder in '' | "$run" | "$heir") ;; *) leave ;; esac
  case $version in '' | *[!0-9A-Za-z]*) return 1 ;; esac
  time=$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)
  patch_lease \\
    "$(operation test /metadata/resourceVersion "\\"$version\\"")" \\
    "$(operation add /spec/holderIdentity "$heir_json")" \\
    "$(operation add /spec/renewTime "\\"$time\\"")" || return 1
  # It lasts for longer; that is asked again before.
  locked_until=$((now + 5))
}
# keep_lock_for SECONDS: no longer than that, from now on; not given back, because others may still undo.
keep_lock_for() {
  patch_lease \\
    "$(operation test /spec/leaseTransitions "$lease_number")" \\
    "$(operation test /spec/holderIdentity "$heir_json")" \\
    "$(operation add /spec/leaseDurationSeconds "$1")"
}`;
