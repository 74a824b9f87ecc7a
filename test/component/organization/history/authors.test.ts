/** Who made a change at Cloudflare: in the history. */
import { screen, waitFor, within } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { success } from '../../../../src/shared/result';
import type { Author, Revision } from '../../../../src/shared/history';
import { dateAndTime, timeOfDay, timeOrDateAndTime } from '../../../../src/renderer/ui/time';
import { textOf } from '../../dom';
import { FakeApi } from '../../fake-api';
import { openPage, status } from '../open-page';
import { NOW, view } from '../samples';
import { revision } from './samples';

const YESTERDAY = NOW - 86_400_000;
const AUTHORS: [author: Author, title: string, time: string][] = [
  [
    { who: 'erika@b.example', via: 'dashboard', at: NOW },
    'Changed by erika@b.example in the dashboard',
    timeOfDay(NOW),
  ],
  [
    { who: 'Website sync', via: 'api', at: YESTERDAY },
    'Changed by Website sync outside the dashboard',
    timeOrDateAndTime(YESTERDAY, NOW),
  ],
  [{ who: 'kim@b.example', via: 'unknown', at: NOW }, 'Changed by kim@b.example', timeOfDay(NOW)],
];

const observed = (id: number, author: Author | null): Revision =>
  revision(id, { business_phone: `+44 ${id}` }, { kind: 'observed', author });

/** Opens the History tab. `answer` replaces what main answers. */
async function openHistory(revisions: Revision[]) {
  const api = new FakeApi();
  let all = revisions;
  api.answer('history', 'list', () => success({ revisions: all, more: false }));
  const page = await openPage(view({ latestRevision: revisions[0]!.id }), { api });
  await page.user.click(screen.getByRole('tab', { name: 'History' }));
  await waitFor(() => expect(titles()).toHaveLength(revisions.length));
  return { ...page, api, answer: (changed: Revision[]) => (all = changed) };
}
const headings = () =>
  within(screen.getByRole('list', { name: 'Revisions' })).getAllByRole('heading', { level: 2 });
const titles = () =>
  headings().map((heading) => heading.querySelector('span')?.textContent?.trim());

it('is said in the history, and nothing else where it is not known', async () => {
  await openHistory([
    ...AUTHORS.map(([author], index) => observed(9 - index, author)),
    observed(1, null),
  ]);
  expect(titles()).toEqual([...AUTHORS.map(([, title]) => title), 'Changed at Cloudflare']);
  // The time of the change itself, with its date, and only once.
  expect(headings().slice(0, 3).map(textOf)).toEqual(
    AUTHORS.map(([{ at }, title]) => `${title} ${dateAndTime(at)}`),
  );
});

it('appears in the open history as soon as it is known, and the focus stays', async () => {
  const { receive, answer } = await openHistory([observed(2, null), observed(1, null)]);
  const restore = screen.getAllByRole('button', { name: 'Restore this version' })[1]!;
  restore.focus();
  const [[author, title]] = AUTHORS as [[Author, string, string]];
  answer([observed(2, null), observed(1, author)]);
  await receive(view({ latestRevision: 2 }));
  await waitFor(() => expect(titles()).toEqual(['Changed at Cloudflare', title]));
  expect(document.activeElement).toBe(restore);
});

it('is said in the header only, not again where the page reports the change', async () => {
  const news = { at: NOW, fields: ['business_phone' as const] };
  const { receive, user } = await openPage(view({ changedElsewhere: news }));
  const sentence = 'Changed at Cloudflare since you last looked: Business phone';
  expect(status()).toBe(sentence);
  for (const [author, title, time] of AUTHORS) {
    await receive(view({ changedElsewhere: news, lastChange: author }));
    expect(screen.getAllByText(`${title}, ${time}`)).toHaveLength(1);
    expect(status()).toBe(sentence);
  }
  // The history shows the change itself.
  await user.click(screen.getByRole('tab', { name: 'History' }));
  await waitFor(() => expect(status()).toBe(''));
});
