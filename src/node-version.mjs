// Plain JavaScript, because it must run on the Node that is too old to read TypeScript: npm scripts
// load it with --import before the entry file, and main.ts imports it first.
const oldest = 24;

if (Number.parseInt(process.versions.node, 10) < oldest) {
  process.stderr.write(
    `Sluis needs Node ${oldest} or newer, and this is ${process.version}. ` +
      'Run it through npm (npm start, npm test), which brings Node 24 on Linux; elsewhere install Node 24 first.\n',
  );
  process.exit(2);
}
