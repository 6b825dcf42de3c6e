/**
 * A process of its own with a driver of the built package in memory. It gives up root's rights
 * before it starts the driver, and prints, as JSON, who it was and which native code it mapped.
 */
const { composeFake } = await import('../../dist/composition.js');
await import('../../dist/adapters/fake/ports.js');

if (process.getuid?.() === 0) {
  process.setgid(65534);
  process.setuid(65534);
}

const home = '/var/lib/overlay2';
const { driver, ports, dispose } = await composeFake({ home });
await driver.create('base', '', {});
await driver.create('top', 'base', {});
await driver.remove('top');
const { uid } = await ports.fs.stat(home);
await dispose();

const native = process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node'));
process.stdout.write(JSON.stringify({ native, user: process.getuid?.(), uid }));
