/** Page object of the main window. Finds everything by its accessible name. */
import { expect, type Locator, type Page } from '@playwright/test';
import { sampleCredential, type OrganizationState } from '../../standin';

/** Labels of the profile fields. */
export type FieldLabel =
  'Business name' | 'Business email' | 'Business phone' | 'Business address' | 'External metadata';

/** What a person types into the sign-in form; omitted fields get the stand-in's sample sign-in. */
export interface SignInInput {
  label?: string;
  email?: string;
  key?: string;
}

/** Scrolls a virtual list until the row is in view, without moving pointer or focus. */
export async function scrollRowIntoView(list: Locator, row: Locator): Promise<void> {
  await expect(async () => {
    if (await row.isVisible()) return;
    await list.evaluate((element) => {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
      element.scrollTop = isAtEnd ? 0 : scrollTop + clientHeight;
    });
    await expect(row).toBeVisible({ timeout: 300 });
  }).toPass({ intervals: [0], timeout: 20_000 });
}

/** Page object of the main window. */
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

  /** State of the change on the organization page. The sidebar has its own status region. */
  get status(): Locator {
    return this.page.getByRole('main').getByRole('status');
  }

  get connection(): Locator {
    return this.page.getByRole('region', { name: 'Connection' });
  }

  /** Progress of the initial fetch, below the list. */
  get initialFetchStatus(): Locator {
    return this.page.getByRole('status', { name: 'Reading profiles' });
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: 'Organizations' });
  }

  /** The rows in the DOM, which are only those in view. For the total use `expectRows`. */
  get options(): Locator {
    return this.list.getByRole('option');
  }

  /** The row of an organization; it exists only while it is in view. */
  option(name: string): Locator {
    return this.list.getByRole('option', { name: new RegExp(`^${escape(name)}`) });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** Opens the sign-in form, from the welcome page or the list. */
  async openAdd(): Promise<void> {
    await this.button(/^Add organizations?$/)
      .first()
      .click();
  }

  /** Fills the form for a new sign-in and continues. */
  async signIn(input: SignInInput = {}): Promise<void> {
    const {
      label = 'Head office',
      email = sampleCredential.email,
      key = sampleCredential.key,
    } = input;
    await this.page.getByRole('textbox', { name: 'Name for this sign-in' }).fill(label);
    await this.page.getByRole('textbox', { name: 'Account email' }).fill(email);
    await this.page.getByLabel('Global API Key', { exact: true }).fill(key);
    await this.button('Continue').click();
  }

  /** Adds exactly the organizations with these names. */
  async choose(names: readonly string[]): Promise<void> {
    // A short list starts with everything selected.
    await this.page.getByRole('checkbox', { name: 'Select all' }).uncheck();
    for (const name of names) {
      await this.page.getByRole('checkbox', { name, exact: true }).check();
    }
    await this.button('Add selected').click();
  }

  /** Completes the first run: signs in and adds these organizations. The first one is open afterwards. */
  async setUp(names: readonly string[]): Promise<void> {
    await this.openAdd();
    await this.signIn();
    await this.choose(names);
    await expect(this.option(names[0]!)).toBeVisible();
  }

  /** Completes the first run with one organization, opens it, and waits for its profile. */
  async setUpOne({ name, profile }: OrganizationState): Promise<void> {
    await this.setUp([name]);
    await this.open(name);
    await expect(this.field('Business name')).toHaveValue(profile!.business_name);
  }

  /** Waits until the list has this many rows, in view or not. */
  async expectRows(count: number, options?: { timeout: number }): Promise<void> {
    if (count === 0) return expect(this.options).toHaveCount(0, options);
    const size = String(count);
    await expect(this.options.first()).toHaveAttribute('aria-setsize', size, options);
  }

  /** Opens an organization from the list. */
  async open(name: string): Promise<void> {
    await scrollRowIntoView(this.list, this.option(name));
    await this.option(name).click();
    await expect(this.heading(name)).toBeVisible();
  }

  /** Opens Settings at the tab with this name. */
  async openSettings(tab: string): Promise<void> {
    await this.button('Settings').click();
    await this.page.getByRole('tab', { name: tab }).click();
  }

  /** Types into a field of an organization without a draft, and waits until the draft is stored. */
  async typeDraft(label: FieldLabel, text: string): Promise<void> {
    await this.field(label).fill(text);
    await expect(this.page.getByText('1 unsent change, saved on this computer')).toBeVisible();
  }

  /**
   * Presses *Try again now* if it is still there. The app also retries automatically, and may have done
   * so already.
   */
  async tryAgain(): Promise<void> {
    await this.button('Try again now')
      .click({ timeout: 3_000 })
      .catch(() => undefined);
  }

  /** Reviews and saves the draft. `status` shows the outcome. */
  async save(): Promise<void> {
    await this.button('Review changes').click();
    await this.dialog('Review changes').getByRole('button', { name: 'Save changes' }).click();
  }

  /** Replaces the text of a field, then reviews and saves the draft. */
  async saveField(label: FieldLabel, text: string): Promise<void> {
    await this.field(label).fill(text);
    await this.save();
  }

  /** Waits until the change of the open organization is saved and confirmed. */
  async expectSaved(options?: { timeout: number }): Promise<void> {
    await expect(this.status).toContainText('Saved and confirmed by Cloudflare', options);
  }

  /** Waits until the change of the open organization is waiting to be sent. */
  async expectWaiting(): Promise<void> {
    await expect(this.status).toContainText('Waiting to send');
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
