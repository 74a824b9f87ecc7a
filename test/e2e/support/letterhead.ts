/** Finds and operates the main window in end-to-end tests. */
import { expect, type Locator, type Page } from '@playwright/test';
import { AVAILABLE_LIMIT } from '../../../src/shared/additions';
import type { LetterheadApi } from '../../../src/shared/contract/bridge';
import { WHOLE_LIST } from '../../../src/shared/list-query';
import type { FieldName } from '../../../src/shared/profile';
import type { SignInKind } from '../../../src/shared/sign-in';
import { createCalls } from '../../faults/support/calls';
import { sampleSignIn, sampleToken, type OrganizationState } from '../../standin';
import { messagesIn, type Messages } from './messages';

/**
 * What a person types into the sign-in form for email and key; omitted fields get the stand-in's sample sign-in.
 */
export interface SignInInput {
  label?: string;
  email?: string;
  key?: string;
}

/** What a person types into the form for a token; omitted fields get the stand-in's sample token. */
export interface TokenInput {
  label?: string;
  token?: string;
  readOnly?: boolean;
}

type NewSignIn = Parameters<LetterheadApi['signIns']['add']>[0];

/** Scrolls a virtual list until the row is in view, without moving pointer or focus. */
export async function scrollRowIntoView(list: Locator, row: Locator): Promise<void> {
  await expect(async () => {
    if (await row.isVisible()) return;
    await list.evaluate(async (element) => {
      const { scrollTop, clientHeight, scrollHeight } = element;
      const isAtEnd = scrollTop + clientHeight >= scrollHeight - 1;
      element.scrollTop = isAtEnd ? 0 : scrollTop + clientHeight;
      // A row of before is gone once the rows of here are rendered.
      const frame = () => new Promise(requestAnimationFrame);
      await frame();
      await frame();
    });
    await expect(row).toBeVisible({ timeout: 300 });
  }).toPass({ intervals: [0], timeout: 20_000 });
}

/** Page object of the main window. Finds everything by its accessible name, in any language of the app. */
export class Letterhead {
  readonly page: Page;
  /** The app's messages in the language of the window. */
  readonly messages: Messages;

  constructor(page: Page, messages: Messages = messagesIn('en')) {
    this.page = page;
    this.messages = messages;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(field: FieldName): Locator {
    const name = this.messages[`field_${field}`]();
    return this.page.getByRole('textbox', { name, exact: true });
  }

  /** The button behind which the metadata is folded. */
  get foldedMetadata(): Locator {
    const { organization_metadata_folded, organization_metadata_edit } = this.messages;
    return this.button(`${organization_metadata_folded()} · ${organization_metadata_edit()}`);
  }

  /** Opens the metadata of the open organization as text, unless it is open already. */
  async openMetadata(): Promise<void> {
    const opened = this.page.locator('[data-field="external_metadata"]');
    await expect(this.foldedMetadata.or(opened)).toBeVisible();
    if (await this.foldedMetadata.isVisible()) await this.foldedMetadata.click();
    await this.showText('external_metadata');
  }

  /** The first control of a field, which may be a form of entries. */
  control(field: FieldName): Locator {
    return this.page.locator(`[data-field="${field}"] :is(input, textarea)`).first();
  }

  /** The button that shows a form of entries as the text that it is. */
  asText(field: FieldName): Locator {
    const { entries_field_name, entries_as_text } = this.messages;
    const label = this.messages[`field_${field}`]();
    return this.button(entries_field_name({ name: entries_as_text(), field: label }));
  }

  /** Shows the text of a field, which may be a form of entries. */
  async showText(field: FieldName): Promise<void> {
    await expect(this.asText(field).or(this.field(field))).toBeVisible();
    if (await this.asText(field).isVisible()) await this.asText(field).click();
  }

  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 1, name });
  }

  /** State of the change on the organization page. The sidebar has its own status region. */
  get status(): Locator {
    return this.page.getByRole('main').getByRole('status');
  }

  get connection(): Locator {
    return this.page.getByRole('region', { name: this.messages.list_connection() });
  }

  /** Progress of the initial fetch, below the list. */
  get initialFetchStatus(): Locator {
    return this.page.getByRole('status', { name: this.messages.list_initial_fetch() });
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: this.messages.common_organizations_title() });
  }

  /** The rows in the DOM, which are only those in view. For the total use `expectRows`. */
  get options(): Locator {
    return this.list.getByRole('option');
  }

  /** The row of an organization; it exists only while it is in view. */
  option(name: string): Locator {
    // An account has the name of its organization in front of its own.
    const start = `(^|account |Konto )${escape(name)}`;
    const ending = '(?!.*(through the account|über das Konto))';
    return this.list.getByRole('option', { name: new RegExp(start + ending) });
  }

  dialog(name: string): Locator {
    return this.page.getByRole('dialog', { name });
  }

  /** Opens the sign-in form, from the welcome page or the list. */
  async openAdd(): Promise<void> {
    const { welcome_add, list_add } = this.messages;
    await this.button(welcome_add()).or(this.button(list_add())).first().click();
  }

  /** Chooses the kind of a new sign-in, also where the only saved one was not asked about. */
  async chooseKind(kind: SignInKind): Promise<void> {
    const name = kind === 'key' ? this.messages.add_kind_key() : this.messages.add_token();
    const radio = this.page.getByRole('radio', { name, exact: true });
    const other = this.button(this.messages.add_other_sign_in());
    await expect(radio.or(other)).toBeVisible();
    if (await other.isVisible()) await other.click();
    await radio.check();
  }

  /** The field for a token. */
  get tokenField(): Locator {
    return this.page
      .getByLabel(this.messages.add_token(), { exact: true })
      .and(this.page.locator('[name="api-token"]'));
  }

  /** Fills the form for a new sign-in with a token and continues. */
  async signInWithToken(input: TokenInput = {}): Promise<void> {
    const { label = 'Branches', token = sampleToken.value, readOnly = false } = input;
    const { add_sign_in_name, add_read_only, common_continue } = this.messages;
    await this.chooseKind('token');
    await this.page.getByRole('textbox', { name: add_sign_in_name() }).fill(label);
    await this.tokenField.fill(token);
    await this.page.getByRole('checkbox', { name: add_read_only() }).setChecked(readOnly);
    await this.button(common_continue()).click();
  }

  /** Adds the accounts with these names with a new token, and opens the first of them. See `setUp`. */
  setUpAccounts(names: readonly string[], input: TokenInput = {}): Promise<void> {
    const { label = 'Branches', token = sampleToken.value, readOnly = false } = input;
    return this.#add(names, { kind: 'token', label, key: token, keep: 'keychain', readOnly });
  }

  /** Fills the form for a new sign-in with email and key, and continues. */
  async signIn(input: SignInInput = {}): Promise<void> {
    const { label = 'Head office', email = sampleSignIn.email, key = sampleSignIn.key } = input;
    const { add_sign_in_name, add_email, add_key, common_continue } = this.messages;
    await this.chooseKind('key');
    await this.page.getByRole('textbox', { name: add_sign_in_name() }).fill(label);
    await this.page.getByRole('textbox', { name: add_email() }).fill(email);
    await this.page.getByLabel(add_key(), { exact: true }).fill(key);
    await this.button(common_continue()).click();
  }

  /** Adds exactly the organizations or accounts with these names. */
  async choose(names: readonly string[]): Promise<void> {
    // A short list starts with everything selected.
    const all = (name: string) => this.page.getByRole('checkbox', { name });
    const { add_select_all, add_accounts_select_all } = this.messages;
    await all(add_select_all()).or(all(add_accounts_select_all())).uncheck();
    const filter = this.page.getByRole('searchbox', { name: this.messages.add_filter() });
    for (const name of names) {
      // A long list has only the rows in view, and a filter.
      if ((await filter.count()) > 0) await filter.fill(name);
      const ending = new RegExp(`(^|account |Konto )${escape(name)}$`);
      const box = this.page.getByRole('checkbox', { name: ending });
      const opener = this.button(this.messages.add_group_open());
      await expect(box.or(opener).first()).toBeVisible();
      if ((await opener.count()) > 0) await opener.first().click();
      await box.check();
    }
    await this.button(this.messages.add_selected()).click();
  }

  /** Adds every organization of the sign-in. */
  async chooseAll(): Promise<void> {
    await this.page.getByRole('checkbox', { name: this.messages.add_select_all() }).check();
    await this.button(this.messages.add_selected()).click();
  }

  /**
   * Adds the organizations with these names with a new sign-in, and opens the first of them. Calls main directly, which
   * takes a third of the time of the page *Add organizations*; tests of that page use `openAdd`, `signIn` and `choose`.
   */
  setUp(names: readonly string[], input: SignInInput = {}): Promise<void> {
    const { label = 'Head office', email = sampleSignIn.email, key = sampleSignIn.key } = input;
    return this.#add(names, { kind: 'key', label, email, key, keep: 'keychain', readOnly: false });
  }

  /** Adds every organization with a new sign-in, and opens the first of them. See `setUp`. */
  setUpAll(): Promise<void> {
    const { email, key } = sampleSignIn;
    const label = 'Head office';
    return this.#add('all', { kind: 'key', label, email, key, keep: 'keychain', readOnly: false });
  }

  async #add(names: readonly string[] | 'all', signIn: NewSignIn): Promise<void> {
    const calls = createCalls(this.page);
    const { signInId } = await calls.value('signIns', 'add', signIn);
    await calls.value('additions', 'list', { signInId, onlyNew: false });
    const idOf = async (name: string): Promise<string> => {
      const filtered = { filter: name, offset: 0, limit: AVAILABLE_LIMIT };
      const { rows } = await calls.value('additions', 'rows', filtered);
      const closed = rows.filter(({ accounts, isOpen }) => accounts > 1 && !isOpen);
      for (const { id } of closed) await calls.value('additions', 'open', { id, isOpen: true });
      if (closed.length > 0) return idOf(name);
      const own = rows.filter(({ accounts }) => accounts < 2);
      return own.find((row) => row.name === name)!.id;
    };
    const ids: string[] = [];
    if (names !== 'all') for (const name of names) ids.push(await idOf(name));
    const isAll = names === 'all';
    // A short list starts with everything selected.
    await calls.value('additions', 'tick', { which: 'shown', ticked: isAll, filter: '' });
    if (!isAll) await calls.value('additions', 'tick', { which: ids, ticked: true, filter: '' });
    const { first } = await calls.value('additions', 'add');
    await calls.value('additions', 'leave');
    await this.settleRows();
    const { name } = await calls.value('organizations', 'view', { entryId: first! });
    // By its ID: others may have the same name.
    const row = this.list.locator(`[data-menu*="${first!}"]`);
    await scrollRowIntoView(this.list, row);
    await row.click();
    await expect(this.heading(name)).toBeVisible();
  }

  /** Adds one organization with a new sign-in, opens it, and waits for its profile. */
  async setUpOne({ name, profile }: OrganizationState): Promise<void> {
    await this.setUp([name]);
    await expect(this.field('business_name')).toHaveValue(profile!.business_name);
  }

  /** Waits until every profile that can be fetched is fetched, and the list shows it. */
  async waitUntilFetched(): Promise<void> {
    await expect.poll(() => createCalls(this.page).value('initialFetch', 'get')).toBeNull();
    await expect(this.initialFetchStatus).toBeHidden();
    await expect(this.list.getByText(this.messages.list_state_not_read())).toHaveCount(0);
  }

  /**
   * Waits until the list shows what main has, so that no row moves between the moment a test finds it and the press, which a
   * person sees. For three seconds at most: a list with a filter, or with the focus in it, stays as it is.
   */
  async settleRows(): Promise<void> {
    const isCurrent = (): Promise<boolean> =>
      this.page.evaluate(async (query) => {
        const { letterhead } = window as unknown as { letterhead: LetterheadApi };
        const found = await letterhead.organizations.list({ query, offset: 0, limit: 200 });
        const options = [...document.querySelectorAll('[role="option"][aria-posinset]')];
        return (
          found.ok &&
          options.length > 0 &&
          options.every((option) => {
            const index = Number(option.getAttribute('aria-posinset')) - 1;
            const { entryId } = JSON.parse(option.getAttribute('data-menu') ?? '{}') as {
              entryId?: string;
            };
            const isFar = index >= found.value.rows.length && found.value.rows.length === 200;
            return (
              option.getAttribute('aria-setsize') === String(found.value.total) &&
              (isFar || found.value.rows[index]?.id === entryId)
            );
          })
        );
      }, WHOLE_LIST);
    const isSettled = expect.poll(isCurrent, { timeout: 3_000 }).toBe(true);
    await isSettled.catch(() => undefined);
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

  /** Opens an organization and waits for its profile. */
  async openProfile({ name, profile }: OrganizationState): Promise<void> {
    await this.open(name);
    await expect(this.field('business_name')).toHaveValue(profile!.business_name);
  }

  async openTab(name: string): Promise<void> {
    await this.page.getByRole('tab', { name, exact: true }).click();
  }

  /** Opens Settings at the tab with this name. */
  async openSettings(tab: string): Promise<void> {
    await this.button(this.messages.list_settings()).click();
    await this.openTab(tab);
  }

  /** Chooses an item of the menu *More actions*. */
  async chooseMoreAction(item: string): Promise<void> {
    await this.button(this.messages.organization_more()).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Refreshes the open organization. */
  refresh(): Promise<void> {
    return this.chooseMoreAction(this.messages.common_refresh());
  }

  /** The menu button with the other actions on a sign-in, in its card or, with only one sign-in, in Settings. */
  signInMenu(card: Locator = this.page.getByRole('main')): Locator {
    return card.getByRole('button', { name: /^(More actions for|Weitere Aktionen für) / });
  }

  /** Does something with a sign-in, in its card or, with only one sign-in, in Settings. */
  async actOnSignIn(action: string, card = this.page.getByRole('main')): Promise<void> {
    const main = card.getByRole('button', { name: action, exact: true });
    if (await main.isVisible()) return main.click();
    await this.signInMenu(card).click();
    await this.page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  /** Chooses an item of the menu of the list. */
  async chooseListAction(item: string): Promise<void> {
    await this.button(this.messages.list_more()).click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** A choice in *View*, whether that is open or not. */
  choice(name: string): Locator {
    return this.page.getByRole('combobox', { name, exact: true, includeHidden: true });
  }

  /** Chooses in *View*, which is closed then. */
  async chooseInView(name: string, option: string | { label: string }): Promise<void> {
    const choice = this.choice(name);
    await this.button(this.messages.list_view()).click();
    await choice.selectOption(option);
    await choice.press('Escape');
    await expect(choice).toBeHidden();
  }

  /** Closes the open dialog with Escape. */
  async closeDialog(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await expect(this.page.getByRole('dialog')).toHaveCount(0);
  }

  /** Waits until a text is visible. */
  async expectText(text: string | RegExp): Promise<void> {
    await expect(this.page.getByText(text).filter({ visible: true }).first()).toBeVisible();
  }

  /** Types into fields of an organization without a draft, and waits until the draft is stored. */
  async typeDraft(texts: Partial<Record<FieldName, string>>): Promise<void> {
    const entries = Object.entries(texts) as [FieldName, string][];
    if (texts.external_metadata !== undefined) await this.openMetadata();
    for (const [field, text] of entries) {
      if (field === 'business_address') await this.showText(field);
      await this.field(field).fill(text);
    }
    await this.expectText(this.messages.organization_changes_saved({ count: entries.length }));
  }

  /**
   * Presses *Try again now* if it is still there. The app also retries automatically, and may have done
   * so already.
   */
  async tryAgain(): Promise<void> {
    const again = this.button(this.messages.organization_try_again());
    await expect(async () => {
      await again.click({ timeout: 3_000 }).catch(async (error: unknown) => {
        if (await again.isVisible()) throw error;
      });
    }).toPass();
  }

  /** Opens the review of the draft. Returns its dialog. */
  async review(): Promise<Locator> {
    await this.button(this.messages.organization_review()).click();
    const dialog = this.dialog(this.messages.organization_review());
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Reviews and saves the draft. `status` shows the outcome; waits for this one, if given. */
  async save(outcome?: string): Promise<void> {
    const dialog = await this.review();
    await dialog.getByRole('button', { name: this.messages.review_save() }).click();
    if (outcome) await expect(this.status).toContainText(outcome);
  }

  /** Replaces the text of a field, then reviews and saves the draft. */
  async saveField(field: FieldName, text: string): Promise<void> {
    await this.field(field).fill(text);
    await this.save();
  }

  /** Waits until the change of the open organization is saved and confirmed. */
  async expectSaved(options?: { timeout: number }): Promise<void> {
    await expect(this.status).toContainText(this.messages.organization_status_confirmed(), options);
  }

  /** Waits until the change of the open organization is waiting to be sent. */
  async expectWaiting(): Promise<void> {
    await expect(this.status).toContainText(this.messages.organization_status_waiting());
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
