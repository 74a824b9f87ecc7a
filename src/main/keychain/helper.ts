/**
 * The process that talks to the operating system's keychain, and the only importer of keytar. It is a
 * process of its own because a frozen keyring holds a call for 50 s and nothing but ending the process
 * frees it (measured; and four such calls stall every file access of the process they run in).
 * Runs as an Electron utility process and, for tests, as a forked Node process. It prints nothing.
 */
import * as v from 'valibot';
import { requestSchema, type HelperAnswer, type HelperRequest } from './protocol';

/** The part of Electron's `process.parentPort` that is used here (Electron: utilityProcess). */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

/** Performs one operation; the answer's value is what keytar said. */
async function perform(request: HelperRequest): Promise<string | boolean | null> {
  // Loaded on first use: where its system library is missing, that is "no keychain", not a crash.
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
 * Sorts a rejection. Its words are shown to nobody; a D-Bus address or object path in them, which is
 * in no translation, means that there is no secret service or no keyring in it. Missing libraries count
 * as absent too.
 */
function sort(error: unknown): 'refused' | 'absent' | 'silent' {
  const words = error instanceof Error ? error.message : '';
  if (/timeout was reached|timed out/i.test(words)) return 'silent';
  return /d-?bus|org[./]freedesktop|native addon|cannot find/i.test(words) ? 'absent' : 'refused';
}

async function answer(message: unknown): Promise<HelperAnswer | null> {
  const parsed = v.safeParse(requestSchema, message);
  if (!parsed.success) return null;
  const { id } = parsed.output;
  try {
    return { id, result: 'done', value: await perform(parsed.output) };
  } catch (error) {
    return { id, result: sort(error) };
  }
}

const { parentPort } = process as unknown as { parentPort?: ParentPort };

if (parentPort) {
  parentPort.on('message', (event) => {
    void answer(event.data).then((reply) => {
      if (reply) parentPort.postMessage(reply);
    });
  });
} else {
  process.on('message', (message) => {
    void answer(message).then((reply) => {
      if (reply) process.send?.(reply);
    });
  });
}
