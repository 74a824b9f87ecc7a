/** Goes down the list of organizations with the arrow key, and opens with Enter. */
import type { PageDebugger } from '../faults/support/debugger';
import type { Standin } from '../standin';
import { DOWN, ENTER, press, workOf, type Work } from './window';

const ACTIVE = `document.querySelector('[role=listbox]').getAttribute('aria-activedescendant')`;

/** Puts the focus on the list. */
export async function focusList(page: PageDebugger): Promise<void> {
  await page.evaluate(`document.querySelector('[role=listbox]').focus()`);
}

/** One down, and opens it; null where it could not be told from the one before. */
export async function openNext(page: PageDebugger, standin: Standin): Promise<Work | null> {
  await press(page, DOWN);
  const id = (await page.evaluate<string | null>(ACTIVE))?.slice(-32) ?? '';
  const organization = standin.organizations.get(id);
  if (!organization) throw new Error('The active row is no organization.');
  const name = JSON.stringify(organization.name);
  const text = JSON.stringify(organization.profile?.business_email ?? '');
  const shown = `document.querySelector('h1')?.textContent.trim() === ${name}.trim()
    && document.querySelector('.page [name=business_email]')?.value.trim() === ${text}.trim()`;
  const before = await page.evaluate<boolean>(
    `(() => { try { return ${shown}; } catch { return false; } })()`,
  );
  if (before) return null;
  return workOf(page, ENTER, shown);
}
