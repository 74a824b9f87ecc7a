/** Every screen, dialog and state of changing many, files, settings, help and leaving, one after the other. */
import { writeFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { sampleCredential, sampleNewKey, type Standin } from '../../standin';
import { answerFileDialogs, chooseMenuItem } from '../support/native-ui';
import type { RunningApp } from '../support/start';
import type { OnScreen } from './organizations';

/** A field of many: the dialog, its preview, the job, its results. */
export async function many(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  const count = standin.organizations.size;
  await letterhead.button('Select').click();
  await visit('selecting, none yet');
  await page.keyboard.press('Control+a');
  await visit('selected');
  await letterhead.button(`Change a field for ${count} organizations`).click();
  const change = letterhead.dialog('Change a field');
  await change.getByRole('checkbox', { name: 'Business phone' }).check();
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await visit('change a field, with a mistake');
  await change.getByRole('textbox', { name: 'New text for Business phone' }).fill('+49 30 1');
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await expect(change.getByRole('table')).toBeVisible();
  await visit('preview');
  standin.settings.latency = 300;
  await change.getByRole('button', { name: `Save for ${count} organizations` }).click();
  await letterhead.button('Pause').click();
  await expect(letterhead.button('Resume')).toBeEnabled();
  await visit('a paused job');
  await letterhead.button('Cancel').click();
  const question = letterhead.dialog('Cancel remaining changes');
  await visit('cancel remaining changes');
  await question.getByRole('button', { name: 'Cancel remaining changes' }).click();
  await expect(letterhead.button('Done')).toBeVisible();
  standin.settings.latency = 0;
  await letterhead.button('Show results').click();
  await expect(letterhead.dialog('Results').getByRole('table')).toBeVisible();
  await visit('results');
  await page.keyboard.press('Escape');
  await visit('a job that ended');
  await letterhead.button('Done').click();
}

/** A job for every organization with this text for a field, paused before it is through. */
async function pausedJob(
  { page, letterhead }: RunningApp,
  count: number,
  field: string,
  text: string,
): Promise<void> {
  await letterhead.button('Select').click();
  await page.keyboard.press('Control+a');
  await letterhead.button(`Change a field for ${count} organizations`).click();
  const change = letterhead.dialog('Change a field');
  await change.getByRole('checkbox', { name: field }).check();
  await change.getByRole('textbox', { name: `New text for ${field}` }).fill(text);
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await change.getByRole('button', { name: /^Save for/ }).click();
  await letterhead.button('Pause').click();
  await expect(letterhead.button('Resume').first()).toBeEnabled();
}

/** Two jobs at once: one whole, the other on a line. */
export async function jobs(running: RunningApp, standin: Standin, visit: OnScreen): Promise<void> {
  const { page, letterhead } = running;
  const count = standin.organizations.size;
  standin.settings.latency = 300;
  await pausedJob(running, count, 'Business phone', '+49 30 2');
  await pausedJob(running, count, 'Business address', 'Kanalstraße 9');
  await expect(page.getByRole('region', { name: 'Jobs' }).getByRole('listitem')).toHaveCount(1);
  await visit('two jobs');
  // Each owns its own field of every organization, so each is cancelled on its own.
  for (const field of ['Business address', 'Business phone']) {
    const job = page.getByRole('group', { name: `Change: ${field}` });
    await job.getByRole('button', { name: 'Cancel' }).click();
    const question = letterhead.dialog('Cancel remaining changes');
    await question.getByRole('button', { name: 'Cancel remaining changes' }).click();
    await expect(question).toBeHidden();
  }
  for (const field of ['Business address', 'Business phone']) {
    const job = page.getByRole('group', { name: `Change: ${field}` });
    await job.getByRole('button', { name: 'Done' }).click();
    await expect(job).toBeHidden();
  }
  standin.settings.latency = 0;
}

/** A file out and in. */
export async function files(
  running: RunningApp,
  standin: Standin,
  visit: OnScreen,
  path: string,
): Promise<void> {
  const { app, page, letterhead } = running;
  const [first] = [...standin.organizations.values()];
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.fill(first!.name);
  await letterhead.expectRows(1);
  await chooseMenuItem(app, 'export');
  await visit('export');
  await answerFileDialogs(app, path);
  await letterhead.dialog('Export').getByRole('button', { name: 'Export' }).click();
  await expect(page.getByText('1 organization exported.')).toBeVisible();
  await visit('exported');
  await search.fill('');
  const rows = `Organization ID,Business phone,Straße\n${first!.id},1,x\nwrong,2,y\n`;
  await writeFile(path, Buffer.from(rows, 'latin1'));
  await chooseMenuItem(app, 'import');
  await expect(letterhead.dialog('Import').getByText('1 row cannot be used')).toBeVisible();
  // The start of what is to be read, not a frame around all of it.
  await expect(letterhead.dialog('Import').getByRole('heading', { name: 'Import' })).toBeFocused();
  await visit('import, with problems');
  await page.keyboard.press('Escape');
  await writeFile(path, 'Name\nx\n');
  await chooseMenuItem(app, 'import');
  await expect(page.getByText('Nothing was imported.')).toBeVisible();
  await visit('not imported');
  await letterhead.button('Dismiss').click();
}

/** Settings, tab by tab, with their dialogs. */
export async function settings({ page, letterhead }: RunningApp, visit: OnScreen): Promise<void> {
  await letterhead.button('Settings').click();
  await expect(letterhead.heading('Settings')).toBeVisible();
  await visit('sign-ins');
  for (const name of ['Rename', 'Change email', 'Replace key', 'Remove sign-in']) {
    await letterhead.button(name).click();
    await expect(letterhead.dialog(name)).toBeVisible();
    await visit(name);
    await page.keyboard.press('Escape');
    await expect(letterhead.dialog(name)).toBeHidden();
  }
  await letterhead.button('Find new organizations').click();
  await expect(
    page.getByText('All organizations of this sign-in are already in your list.'),
  ).toBeVisible();
  await visit('find new organizations, none');
  await letterhead.button('Back').click();
  await page.getByRole('tab', { name: 'Checks' }).click();
  await letterhead.button('Check all now').click();
  await expect(page.getByText('The last check ended just now.')).toBeVisible();
  await visit('checks');
  await page.getByRole('tab', { name: 'About' }).click();
  await visit('about');
  await letterhead.button('Copy details for support…').click();
  await expect(letterhead.dialog('Details for support').getByRole('textbox')).toHaveValue(/\d/);
  await visit('details for support');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'General' }).click();
  await visit('general');
  await letterhead.button('Remove everything…').click();
  await expect(letterhead.dialog('Remove everything').getByRole('listitem').first()).toBeVisible();
  await visit('remove everything');
  await page.keyboard.press('Escape');
}

/** A key that Cloudflare does not know any more: the sign-in says so, and every page above its own. */
export async function issue(
  { page, letterhead }: RunningApp,
  standin: Standin,
  visit: OnScreen,
): Promise<void> {
  standin.setKey(sampleCredential.userId, sampleNewKey);
  await page.getByRole('tab', { name: 'Sign-ins' }).click();
  await letterhead.button('Check').click();
  await expect(page.getByText(/Not working since .*, last checked just now/)).toBeVisible();
  await visit('a sign-in that does not work');
  await letterhead.button('Back').click();
  await expect(page.getByRole('region', { name: 'Sign-ins that need you' })).toBeVisible();
  await visit('a sign-in that does not work, above a page');
}
