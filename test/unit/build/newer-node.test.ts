/** On which machines the tests also run on a newer Node. */
import { expect, it } from 'vitest';
import { NEWER_NODE, whyNoNewerNode } from '../../../build/newer-node.mjs';

const here = { platform: 'linux', arch: 'x64', version: '20.19.0' };

it('runs on Linux with an older Node', () => {
  expect(whyNoNewerNode(here)).toBeNull();
  expect(whyNoNewerNode({ ...here, version: '22.20.0' })).toBeNull();
});

it('reports why it does not run elsewhere', () => {
  expect(whyNoNewerNode({ ...here, version: NEWER_NODE })).toMatch(/^Not needed/);
  expect(whyNoNewerNode({ ...here, version: '26.1.0' })).toMatch(/^Not needed/);
  expect(whyNoNewerNode({ ...here, platform: 'darwin' })).toMatch(/^Not run here/);
  expect(whyNoNewerNode({ ...here, arch: 'arm64' })).toMatch(/^Not run here/);
});
