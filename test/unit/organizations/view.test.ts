/** The state of a pending change on its page. */
import { expect, test } from 'vitest';
import { viewOf } from '../../../src/main/organizations/view';
import { createSendStatus } from '../../../src/main/changes/send-status';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import {
  addOrganization,
  change,
  freshDatabase,
  NOW,
  profile,
  read,
  write,
} from '../database/temporary-database';

function page(more: Parameters<typeof change>[2]) {
  const database = freshDatabase();
  const sendStatus = createSendStatus(database.changes);
  const id = write(database, (tables) => {
    const entryId = addOrganization(tables, 1);
    tables.outbox.put(change(entryId, profile('mine'), more));
    return entryId;
  });
  const viewedChange = () => read(database, (tables) => viewOf(tables, id, sendStatus)?.change);
  return { id, sendStatus, viewedChange };
}

test('shows a change of a save as waiting for the rest of the save, but the person’s own as being sent', () => {
  expect(page({ saveId: null }).viewedChange()).toMatchObject({ state: 'queued' });
  const { id, sendStatus, viewedChange } = page({ saveId: 'save' });
  expect(viewedChange()).toMatchObject({ state: 'waiting', nextTryAt: null, step: null });
  sendStatus.set(id, { step: 'reading' });
  expect(viewedChange()).toMatchObject({ state: 'queued', step: 'reading' });
});

test('a confirmed save can be undone only while the saved copy has the text that was confirmed', () => {
  const database = freshDatabase();
  const sendStatus = createSendStatus(database.changes);
  const id = write(database, (tables) => addOrganization(tables, 1));
  const copy = (business_name: string): void =>
    write(database, ({ profiles }) => {
      const fields = { ...EMPTY_PROFILE, business_name };
      const times = { confirmedAt: NOW, checkedAt: NOW };
      profiles.put({ entryId: id, fields, ...times, changedElsewhere: false });
    });
  const confirmed = () => read(database, (tables) => viewOf(tables, id, sendStatus)?.confirmed);
  const shown = { at: NOW, alsoUpdated: [], replaced: { business_name: 'A' }, messages: [] };
  sendStatus.set(id, { confirmed: { ...shown, texts: { business_name: 'B' } } });
  copy('B');
  expect(confirmed()).toEqual(shown);
  copy('C');
  expect(confirmed()).toEqual({ ...shown, replaced: {} });
});
