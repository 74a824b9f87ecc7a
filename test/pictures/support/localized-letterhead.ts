/** Page object of the main window in any language, which can take pictures. */
import { expect, type Locator } from '@playwright/test';
import type { FieldName } from '../../../src/shared/profile';
import { sampleCredential, type OrganizationState } from '../../standin';
import { scrollRowIntoView, type SignInInput } from '../../e2e/support/letterhead';
import { createCalls } from '../../faults/support/calls';
import type { RunningApp } from '../../e2e/support/start';
import { takePictures, type Output, type PictureOptions } from './camera';
import type { Messages } from './localized-messages';

/** Like `Letterhead` of the end-to-end tests, but finds everything by the app's messages in its language. */
export class LocalizedLetterhead {
  readonly running: RunningApp;
  readonly messages: Messages;
  readonly #output: Output;

  constructor(running: RunningApp, messages: Messages, output: Output) {
    this.running = running;
    this.messages = messages;
    this.#output = output;
  }

  get page(): RunningApp['page'] {
    return this.running.page;
  }

  /** Takes the pictures of the current state. */
  capture(name: string, options?: PictureOptions): Promise<void> {
    return takePictures(this.running, this.#output, name, options);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(field: FieldName): Locator {
    const name = this.messages[`field_${field}`]();
    return this.page.getByRole('textbox', { name, exact: true });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  get status(): Locator {
    return this.page.getByRole('main').getByRole('status');
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: this.messages.list_label() });
  }

  option(name: string): Locator {
    return this.list.locator(`[role=option][aria-label^="${escapeQuotes(name)}"]`);
  }

  /** Waits until a text is visible. */
  async expectText(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text).filter({ visible: true }).first()).toBeVisible();
  }

  /** Opens the sign-in form, from the welcome page or the list. */
  async openAdd(): Promise<void> {
    const { welcome_add, list_add } = this.messages;
    await this.button(welcome_add()).or(this.button(list_add())).first().click();
  }

  /** Fills the form for a new sign-in and continues. */
  async signIn(input: SignInInput = {}): Promise<void> {
    const {
      label = 'Head office',
      email = sampleCredential.email,
      key = sampleCredential.key,
    } = input;
    const { add_sign_in_name, add_email, add_key, add_continue } = this.messages;
    await this.page.getByRole('textbox', { name: add_sign_in_name() }).fill(label);
    await this.page.getByRole('textbox', { name: add_email() }).fill(email);
    await this.page.getByLabel(add_key(), { exact: true }).fill(key);
    await this.button(add_continue()).click();
  }

  /** Completes the first run with these organizations and fetches their profiles. */
  async setUp(organizations: readonly OrganizationState[], signIn?: SignInInput): Promise<void> {
    await this.openAdd();
    await this.signIn(signIn);
    await this.choose(organizations);
    await this.waitForInitialFetch();
  }

  /** Adds organizations with another sign-in. Does not wait for their profiles. */
  async addWithNewSignIn(
    organizations: readonly OrganizationState[],
    signIn: SignInInput,
  ): Promise<void> {
    await this.openAdd();
    await this.page.getByRole('radio', { name: this.messages.add_new_sign_in() }).check();
    await this.signIn(signIn);
    await this.choose(organizations);
  }

  /** Adds exactly these organizations. */
  async choose(organizations: readonly OrganizationState[]): Promise<void> {
    // A short list starts with everything selected.
    await this.page.getByRole('checkbox', { name: this.messages.add_select_all() }).uncheck();
    const filter = this.page.getByRole('searchbox', { name: this.messages.add_filter() });
    for (const { name } of organizations) {
      // A long list renders only the rows in view.
      if ((await filter.count()) > 0) await filter.fill(name);
      await this.page.getByRole('checkbox', { name, exact: true }).check();
    }
    await this.button(this.messages.add_selected()).click();
    for (const { name } of organizations.slice(0, 3)) {
      await scrollRowIntoView(this.list, this.option(name));
    }
    await this.list.evaluate((list) => (list.scrollTop = 0));
  }

  /** Waits until every profile that can be fetched is fetched. */
  async waitForInitialFetch(): Promise<void> {
    await expect.poll(() => createCalls(this.page).value('initialFetch', 'get')).toBeNull();
    const progress = this.page.getByRole('status', { name: this.messages.list_initial_fetch() });
    await expect(progress).toBeHidden();
    await expect(this.list.getByText(this.messages.list_state_not_read())).toHaveCount(0);
  }

  async open({ name }: Pick<OrganizationState, 'name'>): Promise<void> {
    await scrollRowIntoView(this.list, this.option(name));
    await this.option(name).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** Opens an organization and waits for its profile. */
  async openProfile(organization: OrganizationState): Promise<void> {
    await this.open(organization);
    await expect(this.field('business_name')).toHaveValue(organization.profile!.business_name);
  }

  /** Types into fields and waits until the draft is stored. */
  async typeDraft(texts: Partial<Record<FieldName, string>>): Promise<void> {
    const entries = Object.entries(texts) as [FieldName, string][];
    for (const [field, text] of entries) await this.field(field).fill(text);
    await this.expectText(this.messages.organization_changes_saved({ count: entries.length }));
  }

  async review(): Promise<Locator> {
    await this.button(this.messages.organization_review()).click();
    const dialog = this.dialog(this.messages.review_title());
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Reviews and saves the draft, and waits for an outcome in the status. */
  async save(outcome: string): Promise<void> {
    const dialog = await this.review();
    await dialog.getByRole('button', { name: this.messages.review_save() }).click();
    await expect(this.status).toContainText(outcome);
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  async openSettings(tab: string): Promise<void> {
    await this.button(this.messages.list_settings()).click();
    await this.openTab(tab);
  }

  /** Chooses an item of the menu *More actions*. */
  async chooseMoreAction(item: string): Promise<void> {
    await this.button(this.messages.organization_more()).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Closes the open dialog with Escape. */
  async closeDialog(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toHaveCount(0);
  }
}

/** Escapes a text for use between the quotation marks of a selector. */
function escapeQuotes(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
