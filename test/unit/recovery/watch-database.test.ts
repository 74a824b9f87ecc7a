/** A failing write, whatever its kind, is shown until one succeeds. */
import { expect, test, vi } from 'vitest';
import { createBanners, watchDatabase } from '../../../src/main/recovery/banners';
import type { Database } from '../../../src/main/database';
import { failed } from '../../../src/shared/result';
import { opened, temporaryFolder } from '../database/temporary-database';

test.each(['write', 'writeSlice', 'flush'] as const)(
  'a failing %s shows the banner until one succeeds, and asks about a moved file',
  (kind) => {
    const { database } = opened(temporaryFolder());
    const banners = createBanners(database.changes);
    const onMoved = vi.fn();
    let code: 'database.full' | 'database.moved' | null = null;
    const refuse = (): ReturnType<typeof failed> | null => (code === null ? null : failed(code));
    const broken: Database = {
      ...database,
      write: (work, by) => refuse() ?? database.write(work, by),
      writeSlice: (work) => refuse() ?? database.writeSlice(work),
      flush: () => refuse() ?? database.flush(),
    };
    const watched = watchDatabase(broken, banners, onMoved);
    const attempt = (): boolean =>
      (kind === 'flush' ? watched.flush() : watched[kind](() => null)).ok;

    expect(attempt()).toBe(true);
    expect(banners.all()).toEqual([]);
    code = 'database.full';
    expect(attempt()).toBe(false);
    expect(banners.all()).toEqual([{ kind: 'database-failing', failure: { code } }]);
    expect(onMoved).not.toHaveBeenCalled();
    code = 'database.moved';
    expect(attempt()).toBe(false);
    expect(onMoved).toHaveBeenCalledOnce();
    code = null;
    expect(attempt()).toBe(true);
    expect(banners.all()).toEqual([]);
    database.close();
  },
);
