/** Every screen and state of the app, for the accessibility tests, the pictures, and the guide's pictures. */
import { banners } from './banners';
import { selection } from './selection';
import { firstRun } from './first-run';
import { list } from './list';
import { organization } from './organization';
import { outcomes } from './outcomes';
import { saves } from './saves';
import type { Scene } from './scene';
import { settings } from './settings';
import { table } from './table';
import { texts } from './texts';
import { tokens } from './tokens';

/** All scenes; those that take longest first, so that no worker ends long after the others. */
export const SCENES: readonly Scene[] = [
  ...outcomes,
  ...organization,
  ...selection,
  ...saves,
  ...list,
  ...table,
  ...settings,
  ...tokens,
  ...firstRun,
  ...texts,
  ...banners,
];
