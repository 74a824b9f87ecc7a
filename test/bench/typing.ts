/** Types a search key by key, each until its results are painted, and deletes it again. */
import type { PageDebugger } from '../faults/support/debugger';
import { pause } from '../faults/support/time';
import { WHOLE_LIST } from '../../src/shared/list-query';
import type { Database } from '../../src/main/database/tables';
import type { OrganizationState } from '../standin';
import { BACKSPACE, letter, press, workOf, type Work } from './window';

const KEYS = 6;

/** Delay after a key without a visible effect, which cannot be waited for, in ms. */
const KEYS_APART_MS = 120;

/** In the page: the length of the list, and the id and highlights of its first entry once it is shown. */
const SHOWN = `(() => {
  if (!document.querySelector('[role=listbox] [role=option]')) return '0  ';
  const first = document.querySelector('[role=option][aria-posinset="1"]:not([aria-busy=true])');
  const marked = [...(first?.querySelectorAll('mark') ?? [])].map((one) => one.textContent);
  return first && [first.getAttribute('aria-setsize'), first.id.slice(-32), marked.join('|')].join(' ');
})()`;

/** What the list must show for a search, in the form of `SHOWN`; read from a copy of the app's database. */
function expected(database: Database, search: string): string {
  const query = { ...WHOLE_LIST, search };
  const read = database.read(({ list }) => {
    const [first = ''] = list.ids(query, 0, 1);
    const match = search === '' ? undefined : list.matches([first], search).get(first);
    const marked = match?.marks.map(([begin, end]) => match.text.slice(begin, end)) ?? [];
    return [list.total(query), first, marked.join('|')].join(' ');
  });
  if (!read.ok) throw new Error(read.failure.code);
  return read.value;
}

/** Search terms: a name, its second word, a domain, a phone number. */
export function wordsOf({ name, profile }: OrganizationState): string[] {
  const words = [
    name,
    name.split(/\s+/)[1],
    profile?.business_email.split('@')[1],
    profile?.business_phone.replaceAll(/\D/g, '').slice(-7),
  ];
  return words.filter((word) => word !== undefined && word.trim().length >= 2).map((word) => word!);
}

/**
 * Types the beginning of a text into the search box and deletes it again; returns the work for each key with a
 * visible effect.
 */
export async function typed(page: PageDebugger, database: Database, text: string): Promise<Work[]> {
  const letters = [...text.toLowerCase()].slice(0, KEYS);
  const up = letters.map((_, index) => letters.slice(0, index + 1).join(''));
  const steps = [
    ...up.map((search, index) => ({ key: letter(letters[index]!), search })),
    ...up.toReversed().map((search) => ({ key: BACKSPACE, search: search.slice(0, -1) })),
  ];
  await page.evaluate(`document.querySelector('input[type=search]').focus()`);
  const works: Work[] = [];
  let before = expected(database, '');
  for (const { key, search } of steps) {
    const shown = expected(database, search);
    if (shown === before) {
      await press(page, key);
      await pause(KEYS_APART_MS);
    } else works.push(await workOf(page, key, `${SHOWN} === ${JSON.stringify(shown)}`));
    before = shown;
  }
  return works;
}
