/** *Waiting*: what is sent automatically, why it waits, and how it becomes a draft again. */
import { screen, waitFor, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { failed, success } from '../../../src/shared/result';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';
import { id, rows as organizations, view } from '../samples';
import { ONLINE } from '../../scripted/idle-main';
import { renderChanges } from './render-changes';
import { answerRows, counts, waitingRow } from './pending-samples';

const row = (name: string) => screen.getByRole('group', { name });
const list = () => screen.findByRole('list', { name: 'Waiting changes' });

it('says what each change is, why it waits, since when, and when it is tried next', async () => {
  const fake = new FakeApi();
  answerRows(fake, {
    waiting: [
      waitingRow(1, 'Albrecht', { state: 'sending' }),
      waitingRow(2, 'Brunn', {
        state: 'waiting',
        failure: { code: 'cloudflare.unavailable' },
        nextTryAt: Date.now() + 600_000,
      }),
      waitingRow(3, 'Casa', { isSavePaused: true, state: 'paused' }),
      waitingRow(4, 'Dorn'),
      waitingRow(5, 'Branch 5', { organizationName: 'Dorn' }),
    ],
  });
  await renderChanges(fake, 'waiting');
  await list();
  expect(row('Dorn, through the account Branch 5')).toBeTruthy();
  expect(textOf(row('Albrecht'))).toContain('Being sent now.');
  expect(textOf(row('Albrecht'))).toMatch(/Business phone ?At Cloudflare ?\+49 1 ?Yours ?\+49 2/);
  expect(textOf(row('Brunn'))).toMatch(/Your save: 5 minutes ago · next try at \d/);
  expect(textOf(row('Casa'))).toContain('Paused · Your save: 5 minutes ago');
  expect(textOf(row('Dorn'))).toContain('It will be sent when its turn comes.');
  fake.emit('connectionChanged', { ...ONLINE, state: 'offline' });
  await waitFor(() => expect(textOf(row('Dorn'))).toContain('Waiting for the connection.'));
  const withdraw = (name: string) =>
    within(row(name)).getByRole<HTMLButtonElement>('button', { name: 'Withdraw' });
  expect(withdraw('Albrecht').disabled).toBe(true);
  expect(withdraw('Brunn').disabled).toBe(false);
  expect(withdraw('Brunn').title).toBe('It will not be sent, and becomes a draft again.');
});

it('says once what to do about paused saves, and only while there are some', async () => {
  const fake = new FakeApi();
  const paused = { isSavePaused: true, state: 'paused' } as const;
  const waiting = [1, 2].map((n) => waitingRow(n, `Organization ${n}`, paused));
  answerRows(fake, { waiting });
  await renderChanges(fake, 'waiting');
  await list();
  const text = 'Paused changes are sent once you resume their save above.';
  expect(screen.getAllByText(/resume/i).map((one) => one.textContent)).toEqual([text]);
  for (const one of waiting) Object.assign(one, { isSavePaused: false, state: 'waiting' });
  fake.emit('changesChanged', counts({ all: 2, waiting: 2 }));
  await waitFor(() => expect(screen.queryByText(text)).toBeNull());
});

it('shows an address that is stored as JSON as its lines, and unfolded as it is stored', async () => {
  const address = (city: string) =>
    JSON.stringify({ line1: '12 Harbour Row, North Quay', city, country: 'GB' });
  const fake = new FakeApi();
  const text = { field: 'business_address', replacesWaiting: null } as const;
  const texts = [{ ...text, notes: [], before: address('Bristol'), after: address('Bath') }];
  answerRows(fake, { waiting: [waitingRow(1, 'Albrecht', { texts })] });
  await renderChanges(fake, 'waiting');
  await list();
  const sides = () =>
    [...row('Albrecht').querySelectorAll('dd')].map((one) => one.textContent.replace(/\s+/g, ' '));
  expect(sides().map((one) => one.trim())).toEqual([
    '12 Harbour Row, North Quay↵Bristol↵GB',
    '12 Harbour Row, North Quay↵Bath↵GB',
  ]);
  await userEvent.click(
    within(row('Albrecht')).getByRole('button', { name: 'Show the whole text' }),
  );
  expect(sides()[0]).toContain(address('Bristol'));
});

it('shows no number that would move the tabs, but says it', async () => {
  const fake = new FakeApi().answer('changes', 'counts', () =>
    success({ all: 3_300, toSave: 999, waiting: 2_300, decide: 1 }),
  );
  answerRows(fake, {});
  await renderChanges(fake, 'waiting');
  await screen.findByRole('tab', { name: 'Waiting 2,300' });
  expect(screen.getByText('999+').title).toBe('2,300');
  screen.getByRole('tab', { name: 'To save 999' });
});

it('says until when Cloudflare asked to wait while that is ahead, and a later try', async () => {
  const fake = new FakeApi();
  const at = Date.now() + 600_000;
  const asked = (retryAt: number, nextTryAt: number) =>
    ({
      state: 'waiting',
      failure: { code: 'cloudflare.unavailable', retryAt },
      nextTryAt,
    }) as const;
  answerRows(fake, {
    waiting: [
      waitingRow(1, 'Same', asked(at, at + 900)),
      waitingRow(2, 'Later', asked(at, at + 180_000)),
      waitingRow(3, 'Over', asked(at - 1_200_000, at)),
    ],
  });
  await renderChanges(fake, 'waiting');
  await list();
  const says = (name: string) =>
    [/asked Letterhead to wait/, /next try at/].map((one) => one.test(textOf(row(name))));
  expect(['Same', 'Later', 'Over'].map(says)).toEqual([
    [true, false],
    [true, true],
    [false, true],
  ]);
});

it('withdraws a change, keeps its place, and moves the focus to the next row', async () => {
  const fake = new FakeApi();
  const waiting = [1, 2, 3].map((n) => waitingRow(n, `Organization ${n}`));
  answerRows(fake, { waiting });
  fake.answer('changes', 'withdraw', () => {
    waiting.shift();
    fake.emit('changesChanged', counts({ all: 3, toSave: 1, waiting: 2 }));
    return success(null);
  });
  await renderChanges(fake, 'waiting');
  await list();
  const user = userEvent.setup();
  const first = row('Organization 1');
  await user.click(within(first).getByRole('button', { name: 'Withdraw' }));
  await within(first).findByText('Withdrawn. It is a draft again, under “To save”.');
  expect(fake.requests('changes.withdraw')).toEqual([
    { entryId: id(1), version: 1, fields: ['business_phone'] },
  ]);
  expect(document.activeElement).toBe(row('Organization 2'));
  expect(screen.getAllByRole('listitem')).toHaveLength(3);
  await user.click(screen.getByRole('heading', { level: 1 }));
  await waitFor(() => expect(screen.getAllByRole('listitem')).toHaveLength(2));
});

it('says why a change could not be withdrawn', async () => {
  const fake = new FakeApi().answer('changes', 'withdraw', () => failed('change.outdated'));
  answerRows(fake, { waiting: [waitingRow(1, 'Albrecht')] });
  await renderChanges(fake, 'waiting');
  await list();
  await userEvent.click(screen.getByRole('button', { name: 'Withdraw' }));
  await within(row('Albrecht')).findByRole('alert');
  screen.getByRole('button', { name: 'Withdraw' });
});

it('keeps the rows in place under the pointer, and drops what was sent once it has left', async () => {
  const fake = new FakeApi();
  const waiting = [1, 2, 3].map((n) => waitingRow(n, `Organization ${n}`));
  answerRows(fake, { waiting });
  await renderChanges(fake, 'waiting');
  const shown = await list();
  await userEvent.hover(shown);
  waiting.splice(0, 1);
  waiting.push(waitingRow(4, 'Organization 4'));
  fake.emit('changesChanged', counts({ all: 3, waiting: 3 }));
  await within(row('Organization 1')).findByText('No longer waiting');
  expect(screen.getAllByRole('listitem').map((one) => textOf(one).slice(0, 14))).toEqual(
    [1, 2, 3, 4].map((n) => `Organization ${n}`),
  );
  await userEvent.unhover(shown);
  await waitFor(() => expect(screen.queryByRole('group', { name: 'Organization 1' })).toBeNull());
});

it('loads further pages as they are needed', async () => {
  const fake = new FakeApi();
  answerRows(fake, {
    waiting: organizations(250).map(({ name }, index) => waitingRow(index + 1, name)),
  });
  await renderChanges(fake, 'waiting');
  await list();
  await waitFor(() =>
    expect(fake.requests('changes.waiting')).toContainEqual({ offset: 100, limit: 100 }),
  );
  expect(fake.requests('changes.waiting')).not.toContainEqual({ offset: 200, limit: 100 });
});

it('says that nothing waits, and opens an organization', async () => {
  const fake = new FakeApi().answer('organizations', 'open', () => success(view(1, 'Albrecht')));
  const waiting = [waitingRow(1, 'Albrecht')];
  answerRows(fake, { waiting });
  const state = await renderChanges(fake, 'waiting');
  await list();
  await userEvent.click(screen.getByRole('button', { name: 'Albrecht' }));
  expect(state.open.id).toBe(id(1));
  await userEvent.click(screen.getByRole('heading', { level: 1 }));
  await userEvent.unhover(await list());
  waiting.length = 0;
  fake.emit('changesChanged', counts());
  await screen.findByText('Nothing is waiting to be sent.');
});
