/**
 * The demo: adds, edits and saves an organization, describes each step and takes screenshots. `npm run demo`
 * runs it where there is no display, in a session with its own keyring and virtual screen.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { startStandin } from '../standin';
import { start } from './support/start';

export interface DemoOptions {
  /** Folder for the screenshots. */
  folder: string;
  /** Prints a line. */
  say: (line: string) => void;
}

const SIZE = { width: 1180, height: 800 };

/** Runs the demo. Rejects when a step fails. */
export async function demo({ folder, say }: DemoOptions): Promise<void> {
  const standin = await startStandin({ organizations: 25, latency: 80 });
  const userData = await mkdtemp(join(tmpdir(), 'letterhead-demo-'));
  const env = { ...(process.env as Record<string, string>), LETTERHEAD_API_URL: standin.url };
  const running = await start({ env, userData, colorScheme: 'light', language: 'en' });
  const { app, page, letterhead } = running;
  let number = 0;

  async function step(sentence: string, picture?: string): Promise<void> {
    number += 1;
    say(`${String(number).padStart(2)}. ${sentence}`);
    // Without animations, because buttons still fade right after the change to dark.
    const path = join(folder, `${picture}.png`);
    if (picture) await page.screenshot({ path, animations: 'disabled' });
  }

  try {
    await app.evaluate(({ BrowserWindow }, size) => {
      BrowserWindow.getAllWindows()[0]!.setContentSize(size.width, size.height);
    }, SIZE);
    const names = [...standin.organizations.values()].map(({ name }) => name);
    const [first, second] = names as [string, string];

    await expect(letterhead.button('Add organizations')).toBeVisible();
    await step('First run: the welcome, with one thing to do', 'welcome');
    await letterhead.openAdd();
    await page.getByRole('textbox', { name: 'Name for this sign-in' }).fill('Head office');
    await step('A sign-in: an API token, or an account email and its Global API Key', 'sign-in');
    await letterhead.signIn();
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await step('Email confirmed, Cloudflare knows it; all its organizations are chosen', 'choose');
    await letterhead.button('Add selected').click();
    await letterhead.open(first);
    await expect(letterhead.field('business_phone')).not.toHaveValue('');
    await step(`${first} is open, its copy saved on this computer`, 'organization');

    await letterhead.field('business_phone').fill('+44 20 7946 0123');
    await letterhead.field('business_email').fill('reception@brightwater.example');
    await expect(page.getByText('2 fields edited, saved on this computer')).toBeVisible();
    await step('Two fields edited; the draft is on disk', 'edited');
    await letterhead.button('Review changes').click();
    await expect(letterhead.dialog('Review changes')).toBeVisible();
    await step('Review: each field before and after', 'review');
    await letterhead.dialog('Review changes').getByRole('button', { name: 'Save changes' }).click();
    await letterhead.expectSaved();
    await step('Saved, read back, and confirmed by Cloudflare', 'confirmed');

    await standin.goOffline();
    await letterhead.open(second);
    await letterhead.saveField('business_phone', '+49 30 23125 200');
    await letterhead.expectWaiting();
    await step('Without a network the change waits', 'waiting');
    await page.emulateMedia({ colorScheme: 'dark' });
    await step('The same in the dark', 'waiting-dark');
    await standin.goOnline();
    await letterhead.tryAgain();
    await letterhead.expectSaved();
    await letterhead.open(first);
    await step('Cloudflare answers again: sent and confirmed', 'organization-dark');

    expect(standin.violations).toEqual([]);
    await running.close();
    say(`Done. Screenshots are in ${folder}`);
  } finally {
    if (running.isRunning()) await running.kill();
    await standin.close();
    await rm(userData, { recursive: true, force: true });
  }
}
