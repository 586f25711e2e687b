/** Shell text: `bounded SECONDS COMMAND…`, without a bound where the node has no timeout(1). */
export const BOUNDED = `if timeout 1 true 2>/dev/null; then
  bounded() { timeout "$@"; }
else
  bounded() { shift; "$@"; }
fi`;
