/**
 * The count of submissions, over all organizations. A confirmation ends a pending change only in the
 * version that was sent, so no two submissions may ever have the same one.
 */
import type { Tables } from './tables';

const SETTING = 'change-version';

function last(tables: Tables): number {
  const stored = tables.settings.get(SETTING);
  return typeof stored === 'number' ? stored : 0;
}

/** A version no submission ever had, so that a late confirmation can never end a newer change. */
export function nextVersion(tables: Tables): number {
  return nextVersions(tables, 1);
}

/** The first of `count` such versions in a row. */
export function nextVersions(tables: Tables, count: number): number {
  const before = last(tables);
  tables.settings.put(SETTING, before + count);
  return before + 1;
}

/** Notes a version that another database gave: none after it may be the same. */
export function versionTaken(tables: Tables, version: number): void {
  if (version > last(tables)) tables.settings.put(SETTING, version);
}
