/** A search as a person types it: key by key, each until its results are painted, and back again. */
import type { PageDebugger } from '../faults/support/debugger';
import { EVERYTHING } from '../../src/shared/list-query';
import type { Store } from '../../src/main/store/tables';
import type { OrganizationState } from '../standin';
import { BACKSPACE, letter, press, workOf, type Work } from './window';

const KEYS = 6;

/** In the page: how many entries the list has, and the id of its first one, once that is there. */
const SHOWN = `(() => {
  const first = document.querySelector('[role=listbox] [role=option][aria-posinset="1"]:not([aria-busy=true])');
  return first && first.getAttribute('aria-setsize') + ' ' + first.id.slice(-32);
})()`;

/** What the list shows of a search, as `SHOWN` says it; from a database the app does not have open. */
function expected(store: Store, search: string): string {
  const query = { ...EVERYTHING, search };
  const read = store.read(({ list }) => `${list.total(query)} ${list.ids(query, 0, 1)[0] ?? ''}`);
  if (!read.ok) throw new Error(read.failure.code);
  return read.value;
}

/** What people look for: a name, a later word of it, a domain, a phone number. */
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
 * Types the beginning of a text into the search box and takes it away again; the work for each key. A key
 * after which the list has the same beginning and length cannot be timed, and is left out.
 */
export async function typed(page: PageDebugger, store: Store, text: string): Promise<Work[]> {
  const letters = [...text.toLowerCase()].slice(0, KEYS);
  const up = letters.map((_, index) => letters.slice(0, index + 1).join(''));
  const steps = [
    ...up.map((search, index) => ({ key: letter(letters[index]!), search })),
    ...up.toReversed().map((search) => ({ key: BACKSPACE, search: search.slice(0, -1) })),
  ];
  await page.evaluate(`document.querySelector('input[type=search]').focus()`);
  const works: Work[] = [];
  let before = expected(store, '');
  for (const { key, search } of steps) {
    const shown = expected(store, search);
    if (shown === before) await press(page, key);
    else works.push(await workOf(page, key, `${SHOWN} === ${JSON.stringify(shown)}`));
    before = shown;
  }
  return works;
}
