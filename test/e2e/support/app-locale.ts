/** Uses the app's locale in the test process. */
import type { Page } from '@playwright/test';
import { setLocaleSource } from '../../../src/shared/messages/locale';
import { createCalls } from '../../faults/support/calls';

/** Makes messages, formats and name order in this process match those of the running app. */
export async function useAppLocale(page: Page): Promise<void> {
  const locale = await createCalls(page).value('app', 'locale');
  setLocaleSource(() => locale);
}
