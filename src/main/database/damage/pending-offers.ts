/**
 * The databases set aside that nobody has dealt with yet. The app may end between moving one aside and
 * the person's answer, so the offer is read from the folder at every start until it is settled.
 */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import type { Outcome } from '../../../shared/failure';
import { isReadable, type SetAside } from './set-aside';
import type { Store, Tables } from '../tables';

/** Name of the setting that holds the file names of those settled; before, of the newest alone. */
const SETTLED = 'set-aside-settled';
const settledSchema = v.union([v.array(v.string()), v.string()]);

/** `letterhead.damaged-2026-11-24T15-30-00.db`, or with `-2` and so on where that was taken. */
const NAME = /^letterhead\.(damaged|older)-([\dT-]{19})(?:-(\d+))?\.db$/;

/** Names sorted from the oldest to the newest; others are left out. */
function inOrder(names: readonly string[]): string[] {
  return names
    .flatMap((name) => {
      const [, , stamp, count] = NAME.exec(name) ?? [];
      return stamp ? [{ name, at: `${stamp} ${(count ?? '1').padStart(6, '0')}` }] : [];
    })
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ name }) => name);
}

function settledIn(tables: Tables): readonly string[] {
  const kept = v.safeParse(settledSchema, tables.settings.get(SETTLED));
  return kept.success ? [kept.output].flat() : [];
}

/**
 * The newest database set aside beside `path` that the person has neither taken over nor put the
 * message of away, or null. Throws errors of the file system.
 */
export function unsettled(path: string, store: Store): SetAside | null {
  const names = inOrder(readdirSync(dirname(path)));
  const settled = store.read(settledIn);
  const newest = names.findLast((name) => !settled.ok || !settled.value.includes(name));
  if (!newest) return null;
  const aside = join(dirname(path), newest);
  const reason = NAME.exec(newest)?.[1] === 'older' ? 'older' : 'damaged';
  return { path: aside, readable: isReadable(aside), reason };
}

/** Remembers that the person has dealt with it: it is not offered at the next start. */
export function settle(store: Store, { path }: SetAside): Outcome<void> {
  return store.write((tables) =>
    tables.settings.put(SETTLED, [...new Set([...settledIn(tables), basename(path)])]),
  );
}
