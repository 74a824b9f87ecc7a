/** Screens of bulk changes and of CSV export and import. */
import { writeFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import type { Standin } from '../../standin';
import { confirmCancel, previewFieldChange } from '../support/bulk';
import type { FieldLabel } from '../support/letterhead';
import { answerFileDialogs, chooseMenuItem } from '../support/native-ui';
import type { RunningApp } from '../support/start';
import type { OnScreen } from './check-screen';

/** The dialog for a bulk change, its preview, the job, and its results. */
export async function bulkChange(
  { page, letterhead }: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const count = standin.organizations.size;
  await letterhead.button('Select').click();
  await onScreen('selecting, none yet');
  await page.keyboard.press('Control+a');
  await onScreen('selected');
  await letterhead.button(`Change a field for ${count} organizations`).click();
  const change = letterhead.dialog('Change a field');
  await change.getByRole('checkbox', { name: 'Business phone' }).check();
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await onScreen('change a field, with a mistake');
  await change.getByRole('textbox', { name: 'New text for Business phone' }).fill('+49 30 1');
  await change.getByRole('button', { name: 'Preview changes' }).click();
  await expect(change.getByRole('table')).toBeVisible();
  await onScreen('preview');
  standin.settings.latency = 300;
  await change.getByRole('button', { name: `Save for ${count} organizations` }).click();
  await letterhead.button('Pause').click();
  await expect(letterhead.button('Resume')).toBeEnabled();
  await onScreen('a paused job');
  await letterhead.button('Cancel').click();
  await onScreen('cancel remaining changes');
  await confirmCancel(letterhead);
  await expect(letterhead.button('Done')).toBeVisible();
  standin.settings.latency = 0;
  await letterhead.button('Show results').click();
  await expect(letterhead.dialog('Results').getByRole('table')).toBeVisible();
  await onScreen('results');
  await page.keyboard.press('Escape');
  await onScreen('a job that ended');
  await letterhead.button('Done').click();
}

/** Starts a job that changes a field of all organizations, and pauses it. */
async function startPausedJob(
  { page, letterhead }: RunningApp,
  count: number,
  field: FieldLabel,
  text: string,
): Promise<void> {
  await letterhead.button('Select').click();
  await page.keyboard.press('Control+a');
  const change = await previewFieldChange(letterhead, count, field, text);
  await change.getByRole('button', { name: /^Save for/ }).click();
  await letterhead.button('Pause').click();
  await expect(letterhead.button('Resume').first()).toBeEnabled();
}

/** Two jobs at once: one in full, the other collapsed to a line. */
export async function concurrentJobs(
  running: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
): Promise<void> {
  const { page, letterhead } = running;
  const count = standin.organizations.size;
  standin.settings.latency = 300;
  await startPausedJob(running, count, 'Business phone', '+49 30 2');
  await startPausedJob(running, count, 'Business address', 'Kanalstraße 9');
  await expect(page.getByRole('region', { name: 'Jobs' }).getByRole('listitem')).toHaveCount(1);
  await onScreen('two jobs');
  // Each job changes its own field of every organization, so each is cancelled separately.
  for (const field of ['Business address', 'Business phone']) {
    const job = page.getByRole('group', { name: `Change: ${field}` });
    await job.getByRole('button', { name: 'Cancel' }).click();
    await confirmCancel(letterhead);
    await expect(letterhead.dialog('Cancel remaining changes')).toBeHidden();
  }
  for (const field of ['Business address', 'Business phone']) {
    const job = page.getByRole('group', { name: `Change: ${field}` });
    await job.getByRole('button', { name: 'Done' }).click();
    await expect(job).toBeHidden();
  }
  standin.settings.latency = 0;
}

/** Export and import, writing and reading the file at `path`. */
export async function csvFiles(
  running: RunningApp,
  standin: Standin,
  onScreen: OnScreen,
  path: string,
): Promise<void> {
  const { app, page, letterhead } = running;
  const [first] = [...standin.organizations.values()];
  const search = page.getByRole('searchbox', { name: 'Search organizations' });
  await search.fill(first!.name);
  await letterhead.expectRows(1);
  await chooseMenuItem(app, 'export');
  await onScreen('export');
  await answerFileDialogs(app, path);
  await letterhead.dialog('Export').getByRole('button', { name: 'Export' }).click();
  await expect(page.getByText('1 organization exported.')).toBeVisible();
  await onScreen('exported');
  await search.fill('');
  const rows = `Organization ID,Business phone,Straße\n${first!.id},1,x\nwrong,2,y\n`;
  await writeFile(path, Buffer.from(rows, 'latin1'));
  await chooseMenuItem(app, 'import');
  await expect(letterhead.dialog('Import').getByText('1 row cannot be used')).toBeVisible();
  // The focus must be on the heading, not on the whole dialog.
  await expect(letterhead.dialog('Import').getByRole('heading', { name: 'Import' })).toBeFocused();
  await onScreen('import, with problems');
  await page.keyboard.press('Escape');
  await writeFile(path, 'Name\nx\n');
  await chooseMenuItem(app, 'import');
  await expect(page.getByText('Nothing was imported.')).toBeVisible();
  await onScreen('not imported');
  await letterhead.button('Dismiss').click();
}
