/**
 * Main's data really changes while a person is about to press: rows come and go, and nothing moves or disappears.
 * accessibility.spec.ts sends every event of main to every screen, but only with what main has already.
 */
import type { Page } from '@playwright/test';
import type { LetterheadApi } from '../../src/shared/contract/bridge';
import { chooseForSelected, selectAll } from './support/fill-and-save';
import { expect, test } from './support/fixtures';
import { watchPlaces } from './support/in-place';

type Way = 'draft' | 'submit';

/** Edits another organization than the open one, as its page would: a draft, or a change. */
const edit = (page: Page, entryId: string, text: string, way: Way): Promise<void> =>
  page.evaluate(
    async ({ id, phone, how }) => {
      const { letterhead } = window as unknown as { letterhead: LetterheadApi };
      const opened = await letterhead.organizations.open({ entryId: id });
      if (!opened.ok) throw new Error(opened.failure.code);
      const base = opened.value.profile?.fields?.business_phone ?? '';
      const edits = { business_phone: { base, text: phone } };
      const typed = { entryId: id, edits, number: Date.now() };
      const done =
        how === 'draft'
          ? await letterhead.drafts.save(typed)
          : await letterhead.changes.submit(typed);
      if (!done.ok) throw new Error(done.failure.code);
    },
    { id: entryId, phone: text, how: way },
  );

/** Discards the draft or the waiting change of an organization. */
const discard = (page: Page, entryId: string): Promise<void> =>
  page.evaluate(async (id) => {
    const { letterhead } = window as unknown as { letterhead: LetterheadApi };
    const opened = await letterhead.organizations.open({ entryId: id });
    if (!opened.ok) throw new Error(opened.failure.code);
    const { change } = opened.value;
    const done = change
      ? await letterhead.changes.discard({ entryId: id, version: change.version })
      : await letterhead.drafts.discard({ entryId: id, number: Date.now() });
    if (!done.ok) throw new Error(done.failure.code);
  }, entryId);

test('rows of Changes that come and go move nothing under the pointer', async ({
  launch,
  seed,
  standin,
}) => {
  seed();
  const { page, letterhead } = await launch();
  const organizations = [...standin.organizations.values()].slice(0, 4);
  for (const one of organizations) await letterhead.openProfile(one);
  const [first, second, third] = organizations.map(({ id }) => id) as [string, string, string];
  const tab = (name: string) => page.getByRole('tab', { name });

  await test.step('drafts', async () => {
    for (const id of [first, second]) await edit(page, id, '+44 1', 'draft');
    await page.getByRole('radio', { name: 'Changes' }).click();
    await tab('To save 2').click();
    await expect(letterhead.button('Save 2 changes')).toBeEnabled();
    const moved = await watchPlaces(page);
    await edit(page, third, '+44 2', 'draft');
    await expect(tab('To save 3')).toBeVisible();
    expect(await moved()).toEqual([]);
    await discard(page, first);
    await expect(tab('To save 2')).toBeVisible();
    expect(await moved()).toEqual([]);
    for (const id of [second, third]) await discard(page, id);
  });

  await test.step('waiting changes, with the pointer on one', async () => {
    await standin.goOffline();
    for (const id of [first, second]) await edit(page, id, '+44 3', 'submit');
    await tab('Waiting 2').click();
    const rows = page.getByRole('list', { name: 'Waiting changes' });
    await rows.getByRole('group', { name: organizations[1]!.name }).hover();
    const moved = await watchPlaces(page);
    await edit(page, third, '+44 4', 'submit');
    await expect(rows).toContainText('+44 4');
    expect(await moved()).toEqual([]);
    await discard(page, first);
    await expect(tab('Waiting 2')).toBeVisible();
    expect(await moved()).toEqual([]);
  });
});

test('what changes meanwhile moves nothing in the dialog that removes the selected', async ({
  launch,
  seed,
  standin,
}) => {
  seed();
  const { page, letterhead } = await launch();
  const { messages } = letterhead;
  const [first, second] = [...standin.organizations.values()];
  await letterhead.openProfile(first!);
  await selectAll(letterhead);
  await chooseForSelected(letterhead, messages.selected_remove());
  await expect(page.getByRole('dialog')).toBeVisible();
  const moved = await watchPlaces(page);
  await edit(page, first!.id, '+44 1', 'draft');
  await edit(page, second!.id, '+44 2', 'draft');
  // The dialog hides the list from assistive technology.
  await expect(page.locator('.filters label', { hasText: 'Changes' })).toContainText('2');
  expect(await moved()).toEqual([]);
});
