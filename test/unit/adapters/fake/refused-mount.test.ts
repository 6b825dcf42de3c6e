/** Shows what a mount in memory leaves behind that is refused late, as the kernel leaves it. */
import { expect, it } from 'vitest';
import { Machine } from '../../../../src/adapters/fake/machine.js';
import { createFakePorts } from '../../../../src/adapters/fake/ports.js';

it('gives an upper its UUID before it finds that layers overlap', async () => {
  const { fs, mounter } = createFakePorts(new Machine()).ports;
  for (const name of ['l', 'l/inner', 'u', 'w', 'm']) await fs.mkdir(`/tmp/${name}`, 0o755);
  const data = 'lowerdir=/tmp/l/inner:/tmp/l,upperdir=/tmp/u,workdir=/tmp/w';

  const mounted = mounter.mount({ target: '/tmp/m', flags: 0, data });

  await expect(mounted).rejects.toMatchObject({ errnoName: 'ELOOP' });
  const upper = await fs.openRoot('/tmp/u');
  expect(await upper.flistxattr()).toEqual(['trusted.overlay.uuid']);
  await upper.close();
});
