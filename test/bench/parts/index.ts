/** All parts of the benchmark, in the order of their rows in the tables. */
import type { Part } from '../part';
import { adding } from './adding';
import { bundles } from './bundles';
import { changes } from './changes';
import { check } from './check';
import { evaluation } from './evaluation';
import { files } from './files';
import { limits } from './limits';
import { memory } from './memory';
import { open } from './open';
import { rebuild } from './rebuild';
import { reseller } from './reseller';
import { saving } from './save';
import { scrolling } from './scroll';
import { search } from './search';
import { size } from './size';
import { start } from './start';
import { table } from './table';

export const PARTS: readonly Part[] = [
  start,
  memory,
  search,
  scrolling,
  table,
  open,
  saving,
  reseller,
  adding,
  rebuild,
  check,
  limits,
  changes,
  files,
  size,
  bundles,
  evaluation,
];

/** The parts of `--quick`, by name. */
export const QUICK: readonly string[] = [start, memory, search, saving, bundles].map(
  ({ name }) => name,
);
