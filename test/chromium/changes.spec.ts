/** *Changes*: a running save, many waiting changes, many to decide about, and results. */
import { success } from '../../src/shared/result';
import {
  answerRows,
  decideRow,
  sampleResult,
  sampleSave,
  waitingRow,
} from '../component/changes/pending-samples';
import { signIn } from '../component/samples';
import { violations } from '../e2e/support/axe';
import { sidewaysScrollers } from '../e2e/support/fit';
import { nameOf } from '../scripted/fake-main';
import { expect, test } from './support/fixtures';

const COUNT = 300;
const numbers = Array.from({ length: COUNT }, (_, index) => index + 1);

test('shows a running save and what became of it, and scrolls 300 waiting changes and 300 decisions', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(5);
  const { main } = fakeMain;
  answerRows(main, {
    waiting: numbers.map((n) => waitingRow(n, nameOf(n))),
    decide: numbers.map((n) => decideRow(n, nameOf(n))),
  });
  main.answer('saves', 'results', ({ offset, limit }) =>
    success({
      total: COUNT,
      rows: numbers.slice(offset, offset + limit).map((n) => sampleResult(n, nameOf(n))),
    }),
  );
  const running = sampleSave({ total: COUNT, done: 12, waiting: 288, failed: 0 });
  main.answer('saves', 'list', () => success([running]));
  main.emit('savesChanged', [running]);
  const all = { all: 2 * COUNT, toSave: 0, waiting: COUNT, decide: COUNT };
  main.answer('changes', 'counts', () => success(all));
  main.emit('changesChanged', all);
  await letterhead.button('Saving 12 of 300').click();
  await expect(page.getByRole('progressbar', { name: 'Saving changes' })).toHaveJSProperty(
    'value',
    12,
  );

  const tabs = [
    [/^Waiting 300/, 'Waiting changes'],
    [/^Decide 300/, 'Changes to decide about'],
  ] as const;
  for (const [tab, label] of tabs) {
    await page.getByRole('tab', { name: tab }).click();
    const list = page.getByRole('list', { name: label });
    await expect(list.getByRole('group', { name: nameOf(1) })).toBeVisible();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page), `${label}, ${colorScheme}`).toEqual([]);
    }
    await expect(async () => {
      await list.evaluate((element) => (element.scrollTop = element.scrollHeight));
      await expect(list.getByRole('group', { name: nameOf(COUNT) })).toBeInViewport({
        timeout: 300,
      });
    }).toPass();
    expect(await list.getByRole('group').count()).toBeLessThan(60);
    // A click right after a scroll is not lost. Checked inside the page: a round trip takes longer than virtua's 150 ms.
    const buttonWasHit = await list.evaluate(async (element) => {
      const scrolled = new Promise((resolve) => (element.onscroll = resolve));
      element.scrollTop -= 40;
      await scrolled;
      await new Promise(requestAnimationFrame);
      const box = element.getBoundingClientRect();
      const button = [...element.querySelectorAll('.actions button')].find((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top > box.top && bottom < box.bottom;
      });
      if (!button) throw new Error('no button is in view');
      const { x, y, width, height } = button.getBoundingClientRect();
      return button.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    });
    expect(buttonWasHit).toBe(true);
  }

  main.emit('savesChanged', [{ ...running, state: 'ended', done: COUNT, waiting: 0 }]);
  await letterhead.button('Results').click();
  const results = page.getByRole('list', { name: 'Result of each organization' });
  await expect(results.getByRole('listitem').first()).toContainText(nameOf(1));
  expect(await violations(page), 'results').toEqual([]);
});

test('shows messages below the rows, and moves no row', async ({ open }) => {
  const { fakeMain, page, letterhead } = await open(5);
  const { main } = fakeMain;
  answerRows(main, { decide: numbers.slice(0, 5).map((n) => decideRow(n, nameOf(n))) });
  const some = { all: 5, toSave: 0, waiting: 0, decide: 5 };
  main.answer('changes', 'counts', () => success(some));
  main.emit('changesChanged', some);
  const message = page.getByRole('region', { name: 'Sign-ins that need your attention' });
  const row = page.getByRole('group', { name: nameOf(1) });
  const top = async (of: typeof row): Promise<number> => (await of.boundingBox())!.y;
  const issue = (...ids: number[]) =>
    ids.map((n) =>
      signIn(n, `Sign-in ${n}`, { issue: { code: 'sign-in.unknown' }, organizations: n }),
    );
  const openChanges = async (): Promise<void> => {
    await page.getByRole('radio', { name: 'Changes' }).check();
    await page.getByRole('tab', { name: /^Decide 5/ }).click();
    await expect(row).toBeVisible();
  };

  await openChanges();
  const before = await top(row);
  main.emit('signInsChanged', issue(1));
  await expect(message).toBeVisible();
  expect(await top(row)).toBe(before);
  expect(await top(message)).toBeGreaterThan(before);

  await letterhead.button('Back').click();
  await page.getByRole('radio', { name: 'All' }).check();
  await openChanges();
  main.emit('signInsChanged', issue(1, 2));
  await expect(message).toContainText('Sign-in 2');
  expect(await top(row)).toBe(before);
  expect(await top(message)).toBeGreaterThan(before);
});

test('folds a save above rows into its counts and main button in a low window, also at 200 %', async ({
  open,
}) => {
  const { fakeMain, page, letterhead } = await open(5);
  const { main } = fakeMain;
  answerRows(main, { waiting: numbers.slice(0, 5).map((n) => waitingRow(n, nameOf(n))) });
  const save = sampleSave({ total: 5, done: 0, waiting: 5, failed: 0, state: 'paused' });
  main.answer('saves', 'list', () => success([save]));
  main.emit('savesChanged', [save]);
  const waiting = { all: 5, toSave: 0, waiting: 5, decide: 0 };
  main.answer('changes', 'counts', () => success(waiting));
  main.emit('changesChanged', waiting);
  await letterhead.button('Saving paused').click();
  for (const [width, height] of [
    [860, 560],
    [430, 280],
  ] as const) {
    await page.setViewportSize({ width, height });
    // Above no rows, all of it is shown.
    await page.getByRole('tab', { name: 'To save 0' }).click();
    await expect(letterhead.button('Cancel…')).toBeVisible();
    await page.getByRole('tab', { name: 'Waiting 5' }).click();
    await expect(letterhead.button('Cancel…')).toBeHidden();
    await expect(page.getByText(/^0 of 5 saved/)).toBeInViewport({ ratio: 1 });
    await expect(letterhead.button('Resume')).toBeInViewport({ ratio: 1 });
    await expect(page.getByRole('group', { name: nameOf(1) })).toBeInViewport();
    expect(await sidewaysScrollers(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  }
});
