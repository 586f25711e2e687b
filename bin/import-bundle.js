const { mkdirSync } = require('node:fs');
const { enableCompileCache } = require('node:module');
const { homedir } = require('node:os');
const { isAbsolute, join } = require('node:path');
const { pathToFileURL } = require('node:url');

/** Starts the bundle as the program of this name. */
module.exports = async function importBundle(bundle, name, args) {
  try {
    enableCompileCache(cacheDirectory());
  } catch {
    // No home, or one that cannot be written: it starts all the same, only slower.
  }
  const { main } = await import(pathToFileURL(bundle).href);
  await main(name, args);
};

/** Not Node's default place under /tmp: others could leave compiled code there. */
function cacheDirectory() {
  const xdg = process.env.XDG_CACHE_HOME;
  const cache = xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
  if (!isAbsolute(cache)) throw new Error('HOME is empty, or no absolute path');
  const folders = [cache, join(cache, 'extip'), join(cache, 'extip', 'node')];
  // One by one: Node's recursive mkdir (24.21) never ends where mkdir(2) says ENOENT for a parent
  // that is there, as under /proc.
  for (const folder of folders) makeDirectory(folder);
  return folders[2];
}

function makeDirectory(folder) {
  try {
    mkdirSync(folder, 0o700);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}
