/** The size of the scripts, which the package test bounds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { BUNDLE_BOUNDS, bundleSizes, type Bundle } from '../../package/support/bundles';
import type { Part } from '../part';
import { figure } from '../table';

export const bundles: Part = {
  name: 'bundles',
  title: 'Scripts',
  run() {
    const files = readdirSync('out', { recursive: true, encoding: 'utf8' });
    const sizes = bundleSizes(
      files.map((file) => file.replaceAll(sep, '/')),
      (file) => readFileSync(join('out', file), 'utf8'),
    );
    const rows = (Object.keys(BUNDLE_BOUNDS) as Bundle[]).map((name) => ({
      what: `Scripts of ${name}`,
      ours: figure(sizes[name], 'kB'),
      baseline: '',
      value: sizes[name],
      unit: 'kB' as const,
      target: { max: BUNDLE_BOUNDS[name] },
      spread: 0,
    }));
    return Promise.resolve(rows);
  },
};
