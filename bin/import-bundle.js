const { enableCompileCache } = require('node:module');
const { homedir } = require('node:os');
const { isAbsolute, join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** Starts the bundle as the program of this name. */
module.exports = async function importBundle(bundle, name, args) {
  // Not in Node's default place under /tmp: others could leave compiled code there.
  enableCompileCache(join(cacheDirectory(), 'extip', 'node'));
  const { main } = await import(pathToFileURL(bundle).href);
  await main(name, args);
};

function cacheDirectory() {
  const xdg = process.env.XDG_CACHE_HOME;
  return xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
}
