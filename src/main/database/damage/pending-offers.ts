/**
 * Finds databases that were set aside and that the person has not dealt with yet. Every launch looks in the
 * folder, because the app may have ended before the person decided what to do.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { SET_ASIDE_REASONS } from '../../../shared/banner';
import type { Result } from '../../../shared/result';
import { describeSetAside, SET_ASIDE_NAME, type SetAside } from './set-aside';
import type { Database, Tables } from '../tables';

/** Setting: file names of the databases that the person has dealt with. */
const HANDLED_SETTING = 'set-aside-settled';
const handledSchema = v.array(v.string());

/** The names of set-aside databases among these file names, oldest first. */
function oldestFirst(names: readonly string[]): string[] {
  return names
    .flatMap((name) => {
      const [, , stamp, count] = SET_ASIDE_NAME.exec(name) ?? [];
      return stamp ? [{ name, at: `${stamp} ${(count ?? '1').padStart(6, '0')}` }] : [];
    })
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ name }) => name);
}

function handledNames(tables: Tables): readonly string[] {
  const stored = v.safeParse(handledSchema, tables.settings.get(HANDLED_SETTING));
  return stored.success ? stored.output : [];
}

/**
 * The newest database set aside next to `path` that the person has neither recovered nor dismissed, or null.
 * Throws errors of the file system.
 */
export function newestOffer(path: string, database: Database): SetAside | null {
  const names = oldestFirst(readdirSync(dirname(path)));
  const handled = database.read(handledNames);
  const newest = names.findLast((name) => !handled.ok || !handled.value.includes(name));
  if (!newest) return null;
  const aside = join(dirname(path), newest);
  const [, named] = SET_ASIDE_NAME.exec(newest) ?? [];
  const reason = SET_ASIDE_REASONS.find((each) => each === named) ?? 'damaged';
  return describeSetAside(aside, reason);
}

/** Records that the person has dealt with a database that was set aside, so that it is not offered again. */
export function markSetAsideHandled(database: Database, { path }: SetAside): Result<void> {
  return database.write((tables) =>
    tables.settings.put(HANDLED_SETTING, [...new Set([...handledNames(tables), basename(path)])]),
  );
}
