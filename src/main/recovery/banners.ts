/**
 * Banners: messages of the window, such as issues with the app's own data. Each stays until its cause is
 * gone or the person dismisses it.
 */
import type { Banner } from '../../shared/banner';
import type { Result } from '../../shared/result';
import type { ChangeFeed, Database } from '../database';

/** Builds the banners; every change marks the topic `banners` on the feed. */
export function createBanners(changes: ChangeFeed) {
  const shown = new Map<string, Banner>();
  const all = (): Banner[] => [...shown.values()];
  return {
    all,
    show(banner: Banner): void {
      shown.set(banner.kind, banner);
      changes.publishInMemory((marks) => marks.topic('banners'));
    },
    hide(kind: string): void {
      if (shown.delete(kind)) changes.publishInMemory((marks) => marks.topic('banners'));
    },
  };
}

/** The banners shown, one per kind, in the order of their appearance. */
export type Banners = ReturnType<typeof createBanners>;

/**
 * Shows the banner that names the sign-ins whose key is stored for this session only.
 * @param labels returns the labels of these sign-ins
 */
export function followSessionOnly({
  changes,
  banners,
  labels,
}: {
  changes: ChangeFeed;
  banners: Banners;
  labels: () => string[];
}): void {
  changes.subscribe(({ signIns }) => {
    if (signIns.size === 0) return;
    const names = labels();
    if (names.length > 0) banners.show({ kind: 'session-only', labels: names });
    else banners.hide('session-only');
  });
}

/**
 * Wraps the database so that a failed `write`, `writeSlice` or `flush` shows the banner `database-failing` until one
 * succeeds.
 * @param onMoved called when a write failed because the file is no longer at its path
 */
export function watchDatabase(database: Database, banners: Banners, onMoved: () => void): Database {
  let failing = false;
  function watch<T>(result: Result<T>): Result<T> {
    if (!result.ok && result.failure.code.startsWith('database.')) {
      failing = true;
      banners.show({ kind: 'database-failing', failure: result.failure });
      if (result.failure.code === 'database.moved') onMoved();
    } else if (failing) {
      failing = false;
      banners.hide('database-failing');
    }
    return result;
  }
  return {
    ...database,
    read: (work) => database.read(work),
    write: (work, by) => watch(database.write(work, by)),
    writeSlice: (work) => watch(database.writeSlice(work)),
    flush: () => watch(database.flush()),
    close: () => database.close(),
  };
}
