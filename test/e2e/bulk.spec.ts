/** Many at once in the real app: selecting, the preview, the job until all is confirmed, and its interruptions. */
import type { Standin } from '../standin';
import { violations } from './support/axe';
import { expect, test } from './support/fixtures';
import { addAllOrganizations } from './support/initial-fetch';
import type { Letterhead } from './support/letterhead';

const PHONE = '+49 30 5550 100';
const MANY = 30;

/** Selects all, and goes as far as the preview of a new phone number for them. */
async function previewPhone({ page, list, button, dialog }: Bound, count: number): Promise<void> {
  await list().focus();
  await page.keyboard.press('Control+a');
  await button(`Change a field for ${count} organizations`).click();
  const change = dialog('Change a field');
  await change.getByRole('checkbox', { name: 'Business phone' }).check();
  await change.getByRole('textbox', { name: 'New text for Business phone' }).fill(PHONE);
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await expect(change.getByRole('table', { name: 'What would change' })).toBeVisible();
}

type Bound = ReturnType<typeof bound>;
const bound = (letterhead: Letterhead) => ({
  page: letterhead.page,
  list: () => letterhead.list,
  button: (name: string | RegExp) => letterhead.button(name),
  dialog: (name: string) => letterhead.dialog(name),
});

const withPhone = (standin: Standin): number =>
  [...standin.organizations.values()].filter(({ profile }) => profile?.business_phone === PHONE)
    .length;

test.describe('with thirty organizations', () => {
  test.use({ standinOptions: { organizations: MANY } });

  test('a new phone number for all: a draft is left out, a refusal is told and tried again', async ({
    launch,
    standin,
  }) => {
    const { page, letterhead } = await launch();
    await addAllOrganizations(letterhead, MANY);
    const [drafted, refused] = [...standin.organizations.values()];
    await letterhead.open(drafted!.name);
    await letterhead.typeDraft('Business phone', '+44 20 mine');
    const fault = standin.faults.add({
      mode: 'validation-error',
      match: { method: 'PUT', path: `/organizations/${refused!.id}/profile` },
    });

    await previewPhone(bound(letterhead), MANY);
    const change = letterhead.dialog('Change a field');
    await expect(change.getByRole('row').nth(1)).toContainText('Has a draft here');
    await expect(change.getByText('1 has a draft in the same field.')).toBeVisible();
    await change.getByRole('button', { name: `Save for ${MANY - 1} organizations` }).click();
    await expect(change).toBeHidden();

    const jobs = page.getByRole('region', { name: 'Jobs' });
    await expect(
      jobs.getByText(`${MANY - 2} of ${MANY - 1} organizations saved and confirmed`),
    ).toBeVisible({ timeout: 60_000 });
    expect(withPhone(standin)).toBe(MANY - 2);
    await expect(letterhead.field('Business phone')).toHaveValue('+44 20 mine');

    await jobs.getByRole('button', { name: 'Show results' }).click();
    const results = letterhead.dialog('Results');
    await results.getByRole('radio', { name: 'Failed only (1)' }).check();
    await expect(results.getByRole('row').nth(1)).toContainText(
      'Cloudflare did not accept the change',
    );
    fault();
    await results.getByRole('button', { name: 'Retry failed changes' }).click();
    await expect(results.getByText('None failed.')).toBeVisible();
    await results.getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => withPhone(standin)).toBe(MANY - 1);
    await jobs.getByRole('button', { name: 'Done' }).click();
    await expect(jobs).toBeHidden();
  });

  test('a paused job survives a restart, goes on, and what was not sent can be cancelled', async ({
    launch,
    standin,
  }) => {
    const first = await launch();
    await addAllOrganizations(first.letterhead, MANY);
    await previewPhone(bound(first.letterhead), MANY);
    standin.settings.latency = 300;
    await first.letterhead.button(`Save for ${MANY} organizations`).click();
    const bar = (page: typeof first.page) =>
      page.getByRole('progressbar', { name: 'Saving changes' });
    await expect.poll(() => withPhone(standin)).toBeGreaterThan(0);
    await first.letterhead.button('Pause').click();
    await expect(bar(first.page)).toHaveAttribute('aria-valuetext', /paused/);
    await first.close();
    const sent = withPhone(standin);
    expect(sent).toBeLessThan(MANY);

    const { page, letterhead } = await launch();
    await expect(bar(page)).toHaveAttribute('aria-valuetext', /paused/);
    await letterhead.button('Resume').click();
    await expect.poll(() => withPhone(standin)).toBeGreaterThan(sent);
    await letterhead.button('Cancel').click();
    const question = letterhead.dialog('Cancel remaining changes');
    await expect(question).toContainText('stay in the History');
    await question.getByRole('button', { name: 'Cancel remaining changes' }).click();
    await expect(question).toBeHidden();
    await expect(letterhead.button('Done')).toBeVisible();
    const sentence = await page.getByRole('region', { name: 'Jobs' }).innerText();
    const done = Number(/(\d+) of 30 organizations saved/.exec(sentence)?.[1]);
    const cancelled = Number(/(\d+) cancelled/.exec(sentence)?.[1]);
    expect(done + cancelled).toBe(MANY);
    expect(withPhone(standin)).toBe(done);

    const notSent = [...standin.organizations.values()].find(
      ({ profile }) => profile?.business_phone !== PHONE,
    );
    await letterhead.open(notSent!.name);
    await page.getByRole('tab', { name: 'History' }).click();
    await expect(page.getByRole('list', { name: 'Revisions' })).toContainText(PHONE);
  });

  test('a job goes on after the app was killed in the middle', async ({ launch, standin }) => {
    const first = await launch();
    await addAllOrganizations(first.letterhead, MANY);
    await previewPhone(bound(first.letterhead), MANY);
    standin.settings.latency = 200;
    await first.letterhead.button(`Save for ${MANY} organizations`).click();
    await expect.poll(() => withPhone(standin)).toBeGreaterThan(1);
    await first.kill();
    expect(withPhone(standin)).toBeLessThan(MANY);
    standin.settings.latency = 0;
    const { page } = await launch();
    await expect(page.getByText(`${MANY} organizations saved and confirmed`).last()).toBeVisible({
      timeout: 60_000,
    });
    expect(withPhone(standin)).toBe(MANY);
  });
});

test.describe('with six organizations', () => {
  test.use({ standinOptions: { organizations: 6 } });

  test('cancelling a job leaves the person’s own change of another field', async ({
    launch,
    standin,
  }) => {
    const { letterhead } = await launch();
    await addAllOrganizations(letterhead, 6);
    const [own] = [...standin.organizations.values()];
    const fault = standin.faults.add({ mode: '503-text', match: { method: 'PUT' } });
    await letterhead.open(own!.name);
    await letterhead.saveField('Business address', '1 Mine Street');
    await letterhead.expectWaiting();
    await previewPhone(bound(letterhead), 6);
    await letterhead.button('Save for 6 organizations').click();
    await letterhead.button('Cancel').click();
    const question = letterhead.dialog('Cancel remaining changes');
    await question.getByRole('button', { name: 'Cancel remaining changes' }).click();
    await expect(letterhead.button('Done')).toBeVisible();

    await letterhead.open(own!.name);
    await expect(letterhead.field('Business address')).toHaveValue('1 Mine Street');
    await expect(letterhead.field('Business phone')).not.toHaveValue(PHONE);
    fault();
    await letterhead.tryAgain();
    await letterhead.expectSaved();
    expect(standin.profileOf(own!.id)!.business_address).toBe('1 Mine Street');
    expect(withPhone(standin)).toBe(0);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, standinOptions: { organizations: 6 } });

    test(`every screen about many organizations in ${colorScheme} is free of violations`, async ({
      launch,
      standin,
    }) => {
      const { page, letterhead } = await launch();
      await addAllOrganizations(letterhead, 6);
      const clean = async (screen: string): Promise<void> => {
        expect(await violations(page), screen).toEqual([]);
      };
      await letterhead.button('Select').click();
      await clean('none selected');
      const [refused] = [...standin.organizations.values()];
      await letterhead.open(refused!.name);
      await letterhead.typeDraft('Business phone', '+44 20 mine');
      await letterhead.list.focus();
      await page.keyboard.press('Control+a');
      await clean('selected');
      await letterhead.button('Change a field for 6 organizations').click();
      const change = letterhead.dialog('Change a field');
      await change.getByRole('checkbox', { name: 'Business phone' }).check();
      await change.getByRole('checkbox', { name: 'Business address' }).check();
      await change.getByRole('checkbox', { name: 'Clear this field' }).last().check();
      await change.getByRole('button', { name: 'Preview changes' }).click();
      await clean('fields, with something missing');
      await change.getByRole('textbox').fill('030 5550');
      await change.getByRole('button', { name: 'Preview changes' }).click();
      await expect(change.getByRole('table')).toBeVisible();
      await clean('preview');
      await change.getByRole('checkbox', { name: /^Include/ }).check();
      standin.faults.add({
        mode: 'validation-error',
        match: { method: 'PUT', path: `/organizations/${refused!.id}/profile` },
      });
      const hold = standin.hold({ method: 'PUT' });
      await change.getByRole('button', { name: 'Save for 6 organizations' }).click();
      await expect(page.getByRole('progressbar', { name: 'Saving changes' })).toBeVisible();
      await letterhead.button('Pause').click();
      await expect(letterhead.button('Resume')).toBeFocused();
      await clean('paused');
      await letterhead.button('Cancel').click();
      await clean('cancel');
      await letterhead.button('Continue saving').click();
      await letterhead.button('Resume').click();
      hold.release();
      await expect(letterhead.button('Done')).toBeVisible();
      await clean('ended');
      await letterhead.button('Show results').click();
      await expect(letterhead.dialog('Results').getByRole('row')).toHaveCount(7);
      await clean('results');
    });
  });
}
