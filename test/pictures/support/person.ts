/** Somebody who uses the window in a language and takes pictures of what they see. */
import { expect, type Locator } from '@playwright/test';
import type { FieldName } from '../../../src/shared/profile';
import { sampleCredential, type OrganizationState } from '../../standin';
import { scrollRowIntoView } from '../../e2e/support/letterhead';
import type { TypedSignIn } from '../../e2e/support/letterhead';
import { createCalls } from '../../faults/support/calls';
import type { RunningApp } from '../../e2e/support/start';
import { takePicture, type Album, type PictureOptions } from './camera';
import type { Words } from './words';

/** The person. Everything in the window is found by the app's own words. */
export class Person {
  readonly running: RunningApp;
  readonly words: Words;
  readonly #album: Album;

  constructor(running: RunningApp, words: Words, album: Album) {
    this.running = running;
    this.words = words;
    this.#album = album;
  }

  get page(): RunningApp['page'] {
    return this.running.page;
  }

  /** Takes the pictures of what is to be seen now. */
  take(name: string, options?: PictureOptions): Promise<void> {
    return takePicture(this.running, this.#album, name, options);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(field: FieldName): Locator {
    const name = this.words[`field_${field}`]();
    return this.page.getByRole('textbox', { name, exact: true });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  get status(): Locator {
    return this.page.getByRole('main').getByRole('status');
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: this.words.list_list() });
  }

  option(name: string): Locator {
    return this.list.locator(`[role=option][aria-label^="${quoted(name)}"]`);
  }

  /** Waits until a text can be read. */
  async sees(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text).filter({ visible: true }).first()).toBeVisible();
  }

  /** From the welcome page, or the list, to the form for a sign-in. */
  async openAdd(): Promise<void> {
    const { welcome_add, list_add } = this.words;
    await this.button(welcome_add()).or(this.button(list_add())).first().click();
  }

  /** Fills the form for a new sign-in and continues. */
  async signIn(typed: TypedSignIn = {}): Promise<void> {
    const {
      label = 'Head office',
      email = sampleCredential.email,
      key = sampleCredential.key,
    } = typed;
    const { add_label, add_email, add_key, add_continue } = this.words;
    await this.page.getByRole('textbox', { name: add_label() }).fill(label);
    await this.page.getByRole('textbox', { name: add_email() }).fill(email);
    await this.page.getByLabel(add_key(), { exact: true }).fill(key);
    await this.button(add_continue()).click();
  }

  /** Adds these organizations of a new sign-in, and waits until all profiles are read. */
  async setUp(organizations: readonly OrganizationState[], signIn?: TypedSignIn): Promise<void> {
    await this.openAdd();
    await this.signIn(signIn);
    await this.choose(organizations);
    await this.untilAllRead();
  }

  /** The same with one more sign-in, when there is one already; profiles may still be read afterwards. */
  async addMore(organizations: readonly OrganizationState[], signIn: TypedSignIn): Promise<void> {
    await this.openAdd();
    await this.page.getByRole('radio', { name: this.words.add_new_sign_in() }).check();
    await this.signIn(signIn);
    await this.choose(organizations);
  }

  /** Ticks these organizations, no others, and adds them. */
  async choose(organizations: readonly OrganizationState[]): Promise<void> {
    // Of a few, all are ticked already.
    await this.page.getByRole('checkbox', { name: this.words.add_select_all() }).uncheck();
    const filter = this.page.getByRole('searchbox', { name: this.words.add_filter() });
    for (const { name } of organizations) {
      // Of many, only those in sight are there.
      if ((await filter.count()) > 0) await filter.fill(name);
      await this.page.getByRole('checkbox', { name, exact: true }).check();
    }
    await this.button(this.words.add_selected()).click();
    for (const { name } of organizations.slice(0, 3)) {
      await scrollRowIntoView(this.list, this.option(name));
    }
    await this.list.evaluate((list) => (list.scrollTop = 0));
  }

  /** Waits until every profile is read that can be. */
  async untilAllRead(): Promise<void> {
    await expect.poll(() => createCalls(this.page).value('initialFetch', 'get')).toBeNull();
    const reading = this.page.getByRole('status', { name: this.words.list_initial_fetch() });
    await expect(reading).toBeHidden();
    await expect(this.list.getByText(this.words.list_state_not_read())).toHaveCount(0);
  }

  async open({ name }: Pick<OrganizationState, 'name'>): Promise<void> {
    await scrollRowIntoView(this.list, this.option(name));
    await this.option(name).click();
    await expect(this.page.getByRole('heading', { level: 1, name })).toBeVisible();
  }

  /** Opens an organization that has a profile, and waits until it is shown. */
  async read(organization: OrganizationState): Promise<void> {
    await this.open(organization);
    await expect(this.field('business_name')).toHaveValue(organization.profile!.business_name);
  }

  /** Types into fields, and waits until this is kept. */
  async type(texts: Partial<Record<FieldName, string>>): Promise<void> {
    const entries = Object.entries(texts) as [FieldName, string][];
    for (const [field, text] of entries) await this.field(field).fill(text);
    await this.sees(this.words.organization_changes_kept({ count: entries.length }));
  }

  async review(): Promise<Locator> {
    await this.button(this.words.organization_review()).click();
    const dialog = this.dialog(this.words.review_title());
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Reviews and saves; what comes of it is waited for in the status. */
  async save(outcome: string): Promise<void> {
    const dialog = await this.review();
    await dialog.getByRole('button', { name: this.words.review_save() }).click();
    await expect(this.status).toContainText(outcome);
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  async openSettings(tab: string): Promise<void> {
    await this.button(this.words.list_settings()).click();
    await this.openTab(tab);
  }

  /** An item of the menu *More actions*. */
  async more(item: string): Promise<void> {
    await this.button(this.words.organization_more()).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  async escape(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toHaveCount(0);
  }
}

/** A text inside the quotation marks of a selector. */
function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
