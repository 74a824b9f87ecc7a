/**
 * Publishing changes to the window. The open page is notified immediately, everything else at a
 * limited rate. No change is published twice or missed.
 */
import { expect, it, vi } from 'vitest';
import { publications, type PayloadReaders } from '../../src/main/publications';
import { publication, startPublisher } from '../../src/main/publisher';
import { Changes, createChangeFeed, type Writer } from '../../src/main/database/change-feed';
import { failed, success, type Result } from '../../src/shared/result';
import type { OrganizationView } from '../../src/shared/organization';
import type { Settings } from '../../src/shared/settings';
import { DEFAULT_SETTINGS } from '../../src/shared/settings';
import { Clock } from './cloudflare/clock';

const ONE = '1'.repeat(32);
const TWO = '2'.repeat(32);

/** A publisher on a clock that the test controls. It sends `events`, or else the settings, twice a second at most. */
function publisher(events?: ReturnType<typeof publications>) {
  const clock = new Clock();
  const changes = createChangeFeed((error) => {
    throw error;
  });
  const sent: [string, unknown][] = [];
  const soon: (() => void)[] = [];
  let openId: string | null = ONE;
  let settings: Result<Settings> = success(DEFAULT_SETTINGS);
  const organizationPage = vi.fn((id: string) => success({ id } as OrganizationView | null));
  const { stop } = startPublisher({
    changes,
    emit: (name, payload) => sent.push([name, payload]),
    timers: clock.timers,
    soon: (work) => soon.push(work),
    openId: () => openId,
    organizationPage,
    publications: events ?? [
      publication('settingsChanged', { every: 500, topics: ['settings'] }, () => settings),
    ],
  });
  return {
    changes,
    stop,
    clock,
    open: (id: string | null) => (openId = id),
    breakSettings: (is: boolean) =>
      (settings = is ? failed('database.busy') : success(DEFAULT_SETTINGS)),
    /** Publishes one change, and lets the publisher react to it. */
    async change(mark: (changes: Changes) => void, by: Writer | null = null) {
      const marks = new Changes();
      mark(marks);
      changes.committed(marks, by);
      await Promise.resolve();
      soon.splice(0).forEach((work) => work());
    },
    /** Returns the events that were sent to the window since the last call. */
    takeSent: () => sent.splice(0),
  };
}

it('notifies the open page immediately, together with the list', async () => {
  const { change, takeSent, changes } = publisher();
  await change((marks) => marks.organization(ONE));
  expect(takeSent()).toEqual([
    ['organizationsChanged', { commit: changes.commit, ids: [ONE], removed: [] }],
    ['organizationChanged', { id: ONE }],
  ]);
});

it('does not notify a page that is not affected', async () => {
  const { change, takeSent } = publisher();
  await change((marks) => marks.organization(TWO));
  expect(takeSent().map(([name]) => name)).toEqual(['organizationsChanged']);
});

it('coalesces changes of the list between two events', async () => {
  const { change, takeSent, clock, changes } = publisher();
  await change((marks) => marks.organization(TWO));
  takeSent();
  await change((marks) => marks.organization(ONE));
  await change((marks) => marks.removed(TWO));
  expect(takeSent().map(([name]) => name)).toEqual(['organizationChanged']);
  clock.advance(100);
  expect(takeSent()).toEqual([
    ['organizationsChanged', { commit: changes.commit, ids: [ONE], removed: [TWO] }],
  ]);
});

it('coalesces the entries of slices for longer, but sends them with the next other change', async () => {
  const { change, takeSent, clock, changes } = publisher();
  const entriesSent = () =>
    takeSent().flatMap(([name, payload]) => (name === 'organizationsChanged' ? [payload] : []));
  const mark = (id: string) => (marks: Changes) => marks.organization(id);
  await change(mark(ONE), 'slice');
  expect(entriesSent()).toHaveLength(1);
  await change(mark(ONE), 'slice');
  clock.advance(100);
  expect(entriesSent()).toEqual([]);
  await change(mark(TWO));
  expect(entriesSent()).toEqual([{ commit: changes.commit, ids: [ONE, TWO], removed: [] }]);
  clock.advance(1_000);
  expect(entriesSent()).toEqual([]);
  await change(mark(ONE), 'slice');
  await change(mark(TWO), 'slice');
  clock.advance(250);
  expect(entriesSent()).toMatchObject([{ ids: [ONE] }, { ids: [TWO] }]);
});

it('reports that any entry may have changed: for a sign-in, during a build, above a thousand', async () => {
  for (const mark of [
    (marks: Changes) => marks.signIn('a'.repeat(16)),
    (marks: Changes) => marks.topic('list'),
    (marks: Changes) => {
      for (let n = 0; n <= 1_000; n += 1) marks.organization(n.toString(16).padStart(32, '0'));
    },
  ]) {
    const { change, takeSent } = publisher();
    await change(mark);
    const events = takeSent();
    expect(events[0]).toMatchObject(['organizationsChanged', { ids: null }]);
    expect(events.map(([name]) => name)).toContain('organizationChanged');
  }
});

it('sends the affected topics, each at a limited rate', async () => {
  const { change, takeSent, clock } = publisher();
  await change((marks) => marks.topic('settings'));
  expect(takeSent()).toEqual([['settingsChanged', DEFAULT_SETTINGS]]);
  await change((marks) => marks.topic('settings'));
  await change((marks) => marks.topic('settings'));
  expect(takeSent()).toEqual([]);
  clock.advance(500);
  expect(takeSent()).toHaveLength(1);
  clock.advance(5_000);
  expect(takeSent()).toEqual([]);
});

it('reports at once what happened to a sign-in, and its counts once a second', async () => {
  const signInsChanged = vi.fn(() => success([]));
  const { change, takeSent, clock } = publisher(
    publications({
      signInsChanged,
      connectionChanged: () => failed('database.busy'),
      changesChanged: () => failed('database.busy'),
    } as unknown as PayloadReaders),
  );
  const takeSignIns = () => takeSent().filter(([name]) => name === 'signInsChanged').length;
  const signIn = (marks: Changes) => marks.signIn('a'.repeat(16));
  const count = (marks: Changes) => marks.topic('outbox');
  for (const mark of [count, signIn, signIn]) {
    await change(mark);
    expect(takeSignIns()).toBe(1);
    clock.advance(100);
  }
  await change(count);
  expect(takeSignIns()).toBe(0);
  clock.advance(1_000);
  expect(takeSignIns()).toBe(1);
});

it('counts waiting changes at once, but while many are submitted only four times a second', async () => {
  const { change, takeSent, clock } = publisher(
    publications({
      signInsChanged: () => failed('database.busy'),
      connectionChanged: () => success({}),
      changesChanged: () => failed('database.busy'),
    } as unknown as PayloadReaders),
  );
  const submit = (marks: Changes) => marks.topic('outbox');
  const taken = async (by: Writer | null): Promise<number> => {
    await change(submit, by);
    return takeSent().length;
  };
  expect([await taken(null), await taken(null)]).toEqual([1, 1]);
  expect([await taken('slice'), await taken('slice'), await taken('slice')]).toEqual([1, 0, 0]);
  expect(await taken(null)).toBe(1);
  clock.advance(250);
  expect(takeSent()).toHaveLength(1);
});

it('sends the saves after drafts have changed, which decide what can be undone', async () => {
  const { change, takeSent } = publisher(
    publications({
      savesChanged: () => success([]),
      changesChanged: () => failed('database.busy'),
    } as unknown as PayloadReaders),
  );
  await change((marks) => marks.topic('drafts'));
  expect(takeSent()).toEqual([['savesChanged', []]]);
});

it('retries what could not be read until it succeeds', async () => {
  const { change, takeSent, clock, breakSettings } = publisher();
  breakSettings(true);
  await change((marks) => marks.topic('settings'));
  clock.advance(2_000);
  expect(takeSent()).toEqual([]);
  breakSettings(false);
  clock.advance(2_000);
  expect(takeSent()).toEqual([['settingsChanged', DEFAULT_SETTINGS]]);
  clock.advance(10_000);
  expect(takeSent()).toEqual([]);
});

it('sends nothing once stopped', async () => {
  const { change, takeSent, clock, breakSettings, stop } = publisher();
  breakSettings(true);
  await change((marks) => marks.topic('settings'));
  stop();
  breakSettings(false);
  await change((marks) => marks.organization(ONE));
  clock.advance(10_000);
  expect(takeSent()).toEqual([]);
});
