/**
 * Serves the built window to a plain Chromium as app:// does: same files, same headers, by the same code.
 * Nothing else can be had; whoever asks is noted.
 */
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { answerFor, PAGE_URL } from '../../../src/main/desktop/app-protocol';

const WINDOW = join(import.meta.dirname, '../../../out/renderer');

/** Stands for `app://letterhead`; Chromium takes an address of this kind for a secure one. */
const ORIGIN = 'http://letterhead.localhost';

/** The address of the window's page. */
export const PAGE = PAGE_URL.replace('app://letterhead', ORIGIN);

/**
 * Answers what a context asks for.
 * @returns addresses that were asked for and are none of ours, in order
 */
export async function serve(context: BrowserContext): Promise<string[]> {
  const strays: string[] = [];
  await context.route('**/*', async (route) => {
    const request = route.request();
    const url = request.url();
    if (!url.startsWith(`${ORIGIN}/`)) {
      strays.push(url);
      return route.abort();
    }
    const asked = { method: request.method(), url: url.replace(ORIGIN, 'app://letterhead') };
    const answer = await answerFor(WINDOW, asked, Promise.resolve());
    if (answer.status !== 200) strays.push(url);
    return route.fulfill(answer);
  });
  return strays;
}
