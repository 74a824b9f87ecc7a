/**
 * Entry point of the keychain helper process. Only this file imports keytar, the library that accesses the
 * keychain. It needs a separate process because a frozen keyring blocks a call for 50 s, and only ending the
 * process ends the call (measured; four such calls block all file access of their process). In the app it is an
 * Electron utility process, in tests a forked Node process. It prints nothing.
 */
import * as v from 'valibot';
import { answerMessages } from '../lib/helper-port';
import { requestSchema, type HelperAnswer, type HelperRequest } from './protocol';

/** Performs one operation and returns keytar's result. */
async function perform(request: HelperRequest): Promise<string | boolean | null> {
  // Loaded on first use, so that a missing system library means "no keychain" and not a crash.
  const { default: keytar } = await import('keytar');
  const { service, account } = request;
  switch (request.operation) {
    case 'get':
      return keytar.getPassword(service, account);
    case 'set':
      await keytar.setPassword(service, account, request.value);
      return null;
    case 'delete':
      return keytar.deletePassword(service, account);
  }
}

/**
 * Classifies an error of keytar by its message, which is never shown. A D-Bus address or object path in it, which
 * is never translated, means that there is no secret service or that the service has no keyring. A missing
 * library counts as absent, too.
 */
function classify(error: unknown): 'refused' | 'absent' | 'silent' {
  const message = error instanceof Error ? error.message : '';
  if (/timeout was reached|timed out/i.test(message)) return 'silent';
  return /d-?bus|org[./]freedesktop|native addon|cannot find/i.test(message) ? 'absent' : 'refused';
}

async function answer(message: unknown): Promise<HelperAnswer | null> {
  const parsed = v.safeParse(requestSchema, message);
  if (!parsed.success) return null;
  const { id } = parsed.output;
  try {
    return { id, result: 'done', value: await perform(parsed.output) };
  } catch (error) {
    return { id, result: classify(error) };
  }
}

answerMessages(answer);
