/**
 * Serves the built window to a plain Chromium with the code of the app protocol: same files, same headers.
 * Blocks and records all other requests.
 */
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';
import { answerFor, PAGE_URL } from '../../../src/main/desktop/app-protocol';

const WINDOW = join(import.meta.dirname, '../../../out/renderer');

/** Replaces `app://letterhead`. Chromium treats .localhost as a secure origin. */
const ORIGIN = 'http://letterhead.localhost';

/** URL of the window's page. */
export const PAGE = PAGE_URL.replace('app://letterhead', ORIGIN);

/**
 * Answers all requests of a browser context.
 *
 * @returns the URLs of foreign or missing files that were requested, in order; grows over time
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
    const appRequest = { method: request.method(), url: url.replace(ORIGIN, 'app://letterhead') };
    const answer = await answerFor(WINDOW, appRequest, Promise.resolve());
    if (answer.status !== 200) strays.push(url);
    return route.fulfill(answer);
  });
  return strays;
}
