/** Who made the last change at Cloudflare, in the header of the page. */
import { screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import type { Author } from '../../../src/shared/history';
import { textOf } from '../dom';
import { openPage } from './open-page';
import { view } from './samples';

const at = new Date().setHours(14, 5, 0, 0);
const erika = { who: 'erika@brightwater.example', at } as const;

async function factsWith(lastChange: Author | null): Promise<string> {
  await openPage(view({ lastChange }));
  return textOf(screen.getByText(/^Checked/).parentElement!);
}

it.each<[Author, RegExp]>([
  [
    { ...erika, via: 'dashboard' },
    / Changed by erika@brightwater\.example in the dashboard, (14:05|2:05\sPM)$/,
  ],
  [{ ...erika, via: 'api' }, / Changed by erika@\S+ outside the dashboard, (14:05|2:05\sPM)$/],
  [{ ...erika, via: 'unknown' }, / Changed by erika@\S+, (14:05|2:05\sPM)$/],
])('is named: %j', async (author, text) => {
  expect(await factsWith(author)).toMatch(text);
});

it('is not mentioned if it is not known', async () => {
  expect(await factsWith(null)).not.toContain('Changed');
});
