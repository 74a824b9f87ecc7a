/**
 * Makes waiting for the window cheaper. Each time an expectation does not hold yet, Playwright describes the whole page for
 * its report before it looks again, which took two fifths of the time of its scripts in the window. Here the report of a
 * failed test has one description instead, of the page at the end of the test.
 */
import type { Page, TestInfo } from '@playwright/test';

/** The parts of Playwright 1.65 behind a page that this uses. A version without them describes the page each time. */
interface Internals {
  _connection?: { toImpl?: (page: Page) => ServerPage | undefined };
}

interface ServerPage {
  mainFrame?: () => { utilityContext?: () => Promise<Context> };
}

interface Context {
  injectedScript?: () => Promise<{ evaluate: (act: (script: Script) => void) => Promise<void> }>;
}

interface Script {
  ariaSnapshotForExpectFailure: () => undefined;
}

/** Keeps expectations that do not hold yet from describing the page, also after it is loaded again. */
export async function waitLightly(page: Page): Promise<void> {
  const lighten = async (): Promise<void> => {
    const server = (page as unknown as Internals)._connection?.toImpl?.(page);
    const context = await server?.mainFrame?.().utilityContext?.();
    const script = await context?.injectedScript?.();
    await script?.evaluate((expectations) => {
      expectations.ariaSnapshotForExpectFailure = () => undefined;
    });
  };
  // The page may be closed or loaded again meanwhile.
  const tryTo = (): Promise<void> => lighten().catch(() => undefined);
  page.on('domcontentloaded', () => void tryTo());
  await tryTo();
}

/** Adds a description of the page to the report of a failed test. */
export async function describeFailure(page: Page, testInfo: TestInfo): Promise<void> {
  if (testInfo.errors.length === 0) return;
  const body = await page
    .locator('body')
    .ariaSnapshot({ timeout: 5_000 })
    .catch(() => undefined);
  if (body !== undefined) await testInfo.attach('page', { body, contentType: 'text/yaml' });
}
