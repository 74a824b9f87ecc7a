/**
 * The question whether a sign-in is added, or gets another email or token, or whether one more token is checked: a
 * native dialog, which the page cannot answer.
 */
import { dialog, type BrowserWindow, type MessageBoxOptions } from 'electron';
import { m } from '../../shared/messages';
import { MAX_EMAIL } from '../../shared/sign-in';
import type { EmailQuestion, SignInQuestion, TokenQuestion } from '../sign-ins';

/**
 * A confirmation within this time after the dialog appeared, in ms, does not count. A page could make a person click
 * or type again and again, and open the dialog where the next click falls.
 */
const READING_MS = 1_500;
/** The longest name that is shown, in UTF-16 code units. */
const MAX_NAME = 60;
/** How often the question is shown; as many confirmations that came too soon count as no. */
const MAX_SHOWN = 3;

/** The email without characters that could reorder or hide a part of the question. */
function readable(email: string): string {
  return email.replace(/[^\x21-\x7e]/g, '\ufffd').slice(0, MAX_EMAIL);
}

/** A name without characters that could reorder or hide a part of the question. */
function readableName(name: string): string {
  const visible = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return visible.length > MAX_NAME ? `${visible.slice(0, MAX_NAME)}…` : visible;
}

/** Which accounts a token opens, as far as Cloudflare says it. */
function openedText({ accounts, total }: TokenQuestion): string {
  if (total === 0) return m.desktop_sign_in_token_none();
  if (accounts.length === 0) return m.desktop_sign_in_token_unlisted();
  const names = accounts.map((name) => `• ${readableName(name)}`);
  const more = (total ?? names.length) - names.length;
  const opened = [...names, ...(more > 0 ? [m.desktop_sign_in_token_more({ count: more })] : [])];
  return m.desktop_sign_in_token_opens({ accounts: opened.join('\n') });
}

function tokenTexts(question: TokenQuestion) {
  const { total, readOnly, replaces } = question;
  const rights = readOnly ? m.desktop_sign_in_token_reads() : m.desktop_sign_in_token_changes();
  const sentences = [...(total === 0 ? [] : [rights]), m.desktop_sign_in_token_continue()];
  const detail = `${openedText(question)}\n\n${sentences.join(' ')}`;
  if (replaces === null) {
    return {
      message: m.desktop_sign_in_token_add(),
      detail,
      confirm: m.common_add(),
    };
  }
  return {
    message: m.desktop_sign_in_token_replace({ label: readableName(replaces) }),
    detail,
    confirm: m.desktop_sign_in_token_replace_confirm(),
  };
}

function checkTexts() {
  return {
    message: m.desktop_sign_in_check(),
    detail: m.desktop_sign_in_check_detail(),
    confirm: m.desktop_sign_in_check_confirm(),
  };
}

function textsOf(question: SignInQuestion) {
  if (question.about === 'check') return checkTexts();
  return question.about === 'token' ? tokenTexts(question) : emailTexts(question);
}

function emailTexts(question: EmailQuestion) {
  const email = readable(question.email);
  if (question.replaces === null) {
    return {
      message: m.desktop_sign_in_add({ email }),
      detail: m.desktop_sign_in_add_detail(),
      confirm: m.common_add(),
    };
  }
  const before = readable(question.replaces);
  return {
    message: m.desktop_sign_in_change({ before, email }),
    detail: m.desktop_sign_in_change_detail(),
    confirm: m.desktop_sign_in_change_confirm(),
  };
}

/**
 * Returns a function that asks, and resolves to whether the person confirms. Without a visible window no one is
 * asked, and the answer is no. A confirmation that comes too soon shows the question again.
 * @param current returns the window, or null while there is none
 * @param elapsed a monotonic clock, in ms. Test harnesses that answer at once replace `process.uptime`, which
 * nothing else in main reads.
 */
export function createSignInQuestion(
  current: () => BrowserWindow | null,
  elapsed = () => process.uptime() * 1_000,
) {
  return async (question: SignInQuestion): Promise<boolean> => {
    const window = current();
    if (!window?.isVisible()) return false;
    const { message, detail, confirm } = textsOf(question);
    const closed = new AbortController();
    const onClosed = (): void => closed.abort();
    window.once('closed', onClosed);
    const options: MessageBoxOptions = {
      type: 'question',
      title: m.app_name(),
      message,
      detail,
      buttons: [confirm, m.common_cancel()],
      // The page may open the question while the person is about to press Enter.
      defaultId: 1,
      cancelId: 1,
      noLink: true,
      signal: closed.signal,
    };
    try {
      for (let shown = 0; shown < MAX_SHOWN; shown += 1) {
        const since = elapsed();
        const { response } = await dialog.showMessageBox(window, options);
        if (response !== 0 || closed.signal.aborted) return false;
        if (elapsed() - since >= READING_MS) return true;
      }
      return false;
    } finally {
      window.off('closed', onClosed);
    }
  };
}
