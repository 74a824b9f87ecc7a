/**
 * The window as a person uses it: what they see and press, found by the accessible names of the
 * design. Tests say what a person does; the names stand here once.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { sampleCredential, type OrganizationState } from '../../standin';
import { scrollInSight } from './in-sight';

/** The five fields' labels. */
export type FieldLabel =
  'Business name' | 'Business email' | 'Business phone' | 'Business address' | 'External metadata';

/** A sign-in as a person types it. */
export interface TypedSignIn {
  label?: string;
  email?: string;
  key?: string;
}

/** The window. */
export class Letterhead {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(label: FieldLabel): Locator {
    return this.page.getByRole('textbox', { name: label, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** What the page says of a change; the sidebar has a status of its own while profiles are read. */
  get status(): Locator {
    return this.page.getByRole('main').getByRole('status');
  }

  get connection(): Locator {
    return this.page.getByRole('region', { name: 'Connection' });
  }

  /** What the foot of the list says while profiles are read for the first time. */
  get reading(): Locator {
    return this.page.getByRole('status', { name: 'Reading profiles' });
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: 'Organizations' });
  }

  /** Every row that the window holds: those in sight. `expectRows` says how many the list has. */
  get options(): Locator {
    return this.list.getByRole('option');
  }

  /** The row of an organization, while it is in sight. */
  option(name: string): Locator {
    return this.list.getByRole('option', { name: new RegExp(`^${escape(name)}`) });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** From the welcome page or the list to the form for a sign-in. */
  async openAdd(): Promise<void> {
    await this.button(/^Add organizations?$/)
      .first()
      .click();
  }

  /** Fills the form for a new sign-in and continues. */
  async signIn(typed: TypedSignIn = {}): Promise<void> {
    const {
      label = 'Head office',
      email = sampleCredential.email,
      key = sampleCredential.key,
    } = typed;
    await this.page.getByRole('textbox', { name: 'Name for this sign-in' }).fill(label);
    await this.page.getByRole('textbox', { name: 'Account email' }).fill(email);
    await this.page.getByLabel('Global API Key', { exact: true }).fill(key);
    await this.button('Continue').click();
  }

  /** Ticks the organizations with these names, no others, and adds them. */
  async choose(names: readonly string[]): Promise<void> {
    // Of a few, all are ticked already.
    await this.page.getByRole('checkbox', { name: 'Select all' }).uncheck();
    for (const name of names) {
      await this.page.getByRole('checkbox', { name, exact: true }).check();
    }
    await this.button('Add selected').click();
  }

  /** The whole first run: a sign-in, then these organizations; the first is open afterwards. */
  async setUp(names: readonly string[]): Promise<void> {
    await this.openAdd();
    await this.signIn();
    await this.choose(names);
    await expect(this.option(names[0]!)).toBeVisible();
  }

  /** The first run with one organization that has a profile: added, open, and read. */
  async setUpOne({ name, profile }: OrganizationState): Promise<void> {
    await this.setUp([name]);
    await this.open(name);
    await expect(this.field('Business name')).toHaveValue(profile!.business_name);
  }

  /** Waits until the list has so many rows, in sight or not. */
  async expectRows(count: number, options?: { timeout: number }): Promise<void> {
    if (count === 0) return expect(this.options).toHaveCount(0, options);
    const size = String(count);
    await expect(this.options.first()).toHaveAttribute('aria-setsize', size, options);
  }

  /** Opens an organization from the list. */
  async open(name: string): Promise<void> {
    await scrollInSight(this.list, this.option(name));
    await this.option(name).click();
    await expect(this.heading(name)).toBeVisible();
  }

  /** Types into a field of a page without a draft, and waits until that is kept. */
  async typeDraft(label: FieldLabel, text: string): Promise<void> {
    await this.field(label).fill(text);
    await expect(this.page.getByText('1 change, kept on this computer')).toBeVisible();
  }

  /**
   * Presses *Try again now*. The app notices by itself that Cloudflare answers again and may be quicker:
   * then there is nothing to press any more, and what comes next is the same.
   */
  async tryAgain(): Promise<void> {
    await this.button('Try again now')
      .click({ timeout: 3_000 })
      .catch(() => undefined);
  }

  /** Reviews what is typed and saves it; what comes of it is read in `status`. */
  async save(): Promise<void> {
    await this.button('Review changes').click();
    await this.dialog('Review changes').getByRole('button', { name: 'Save changes' }).click();
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
