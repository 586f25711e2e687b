// ES5, so that a Node of any age can read it and say what is wrong with itself.
var fs = require('fs');
var path = require('path');

var NEEDED = [22, 19];

/** Starts extip as the user called it, or prints in one line why it cannot. */
module.exports = function start(name, args) {
  var bundle = path.join(__dirname, '..', 'dist', 'cli.js');
  var problem = problemWithNode() || problemWithBundle(bundle);
  if (problem) {
    process.stderr.write(problem + '\n');
    process.exit(1);
  }
  // `import()` is a syntax error before Node 10, so it is kept in a file that those never see.
  require('./import-bundle.js')(bundle, name, args || process.argv.slice(2));
};

function problemWithNode() {
  var version = process.versions.node.split('.').map(Number);
  if (version[0] > NEEDED[0] || (version[0] === NEEDED[0] && version[1] >= NEEDED[1])) return null;
  var needs = 'extip needs Node ' + NEEDED.join('.') + ' or newer';
  return needs + '; this is ' + process.version + ' (' + process.execPath + ')';
}

function problemWithBundle(bundle) {
  if (fs.existsSync(bundle)) return null;
  var folder = path.dirname(__dirname);
  return 'extip is not built: run npm ci (or npm run build) in ' + folder;
}
