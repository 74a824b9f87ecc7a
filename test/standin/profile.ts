/**
 * Answers GET and PUT of a profile, of an organization or an account.
 * Cloudflare API reference, "Organization profile": GET returns the five fields; PUT replaces all of them
 * and answers 204 without a body. Texts are opaque: stored and returned verbatim.
 */
import { profileKeys, type ProfileFields, type ProfileHolder } from './entry-types';
import { failure, noContent, success, type ErrorItem, type Reply } from './envelope';
import type { Contents, Records } from './records';

/** The answer to a PUT, and the protocol violations of the client. */
interface PutOutcome {
  reply: Reply;
  violations: string[];
}

/** Remembers which extra fields (those that the app does not know) clients received from GET, with their values. */
export class SentExtras {
  readonly #sent = new Map<string, Map<string, Set<string>>>();

  remember(id: string, extraFields: Record<string, unknown>): void {
    const keys = this.#sent.get(id) ?? new Map<string, Set<string>>();
    this.#sent.set(id, keys);
    for (const [key, value] of Object.entries(extraFields)) {
      const values = keys.get(key) ?? new Set<string>();
      keys.set(key, values.add(JSON.stringify(value)));
    }
  }

  /** The extra fields of an entry that a PUT must contain: clients have received them. */
  expected(id: string, extraFields: Record<string, unknown>): string[] {
    const keys = this.#sent.get(id);
    return Object.keys(extraFields).filter((key) => keys?.has(key));
  }

  has(id: string, key: string, value?: unknown): boolean {
    const values = this.#sent.get(id)?.get(key);
    return values !== undefined && (value === undefined || values.has(JSON.stringify(value)));
  }
}

/** The profile as it appears in an answer: with extra fields, and with withheld fields missing or `null`. */
export function profileAnswer(entry: ProfileHolder, contents: Contents, sent: SentExtras) {
  sent.remember(entry.id, contents.extraFields);
  const shown: Record<string, unknown> = { ...contents.profile, ...contents.extraFields };
  for (const key of profileKeys) {
    if (entry.withheld[key] === 'null') shown[key] = null;
    if (entry.withheld[key] === 'missing') delete shown[key];
  }
  return shown;
}

/** The answer if there is no profile. The 404 is unverified; the reference only says "if it exists". */
export const noProfile = (kind: 'Organization' | 'Account'): Reply =>
  failure(404, [{ code: 1003, message: `${kind} profile not found` }]);

/** 200 with the profile; `null` if there is none. */
export function getProfile(entry: ProfileHolder, records: Records, sent: SentExtras): Reply | null {
  const contents = records.shown(entry.id);
  return contents.profile === null ? null : success(profileAnswer(entry, contents, sent));
}

const refuse = (errors: ErrorItem[], violations: string[]): PutOutcome => ({
  reply: failure(400, errors),
  violations,
});

/** Parses the body. Returns an object, or a sentence that says what is wrong with the body. */
function parseBody(raw: Uint8Array): Record<string, unknown> | string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      return body as Record<string, unknown>;
    }
    return 'a PUT whose body is not a JSON object';
  } catch {
    return 'a PUT whose body is not JSON in UTF-8';
  }
}

/** A PUT and what it is applied to. */
export interface ProfilePut {
  entry: ProfileHolder;
  records: Records;
  sent: SentExtras;
  contentType: string | undefined;
  raw: Uint8Array;
  /** Whether fields that are empty or missing keep their text. */
  keepsEmpty: boolean;
  /** Changes the fields before they are stored, for the fault `stores-differently`. */
  alter: (fields: ProfileFields) => ProfileFields;
}

/**
 * Validates and applies a PUT. Refused bodies change nothing. The real server's handling of missing fields is
 * unverified for organizations; refusing them is the strict interpretation. To omit one is always a violation.
 */
export function putProfile(put: ProfilePut): PutOutcome {
  const { entry, records, sent, keepsEmpty } = put;
  if (put.contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    const message = 'Content-Type must be application/json';
    return refuse([{ code: 1005, message }], ['a PUT without content-type application/json']);
  }
  const body = parseBody(put.raw);
  if (typeof body === 'string') {
    return refuse([{ code: 1006, message: 'Could not parse the request body' }], [body]);
  }
  const errors: ErrorItem[] = [];
  const violations: string[] = [];
  const wrong = (key: string, message: string, violation: string) => {
    errors.push({ code: 1004, message, source: { pointer: `/${key}` } });
    violations.push(violation);
  };
  const stored = records.holder(entry.id);
  const fields: Partial<ProfileFields> = {};
  for (const key of profileKeys) {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined && keepsEmpty) violations.push(`a PUT without ${key}`);
    else if (value === undefined) wrong(key, `${key} is required`, `a PUT without ${key}`);
    else if (typeof value !== 'string')
      wrong(key, `${key} must be a string`, `a PUT with ${key} not a text`);
    else fields[key] = value;
    if (keepsEmpty && (fields[key] ?? '') === '') fields[key] = stored.profile?.[key] ?? '';
  }
  for (const key of sent.expected(entry.id, stored.extraFields)) {
    if (!Object.hasOwn(body, key))
      wrong(key, `${key} is required`, `a PUT without ${key}, which GET had sent`);
  }
  const extras: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if ((profileKeys as readonly string[]).includes(key)) continue;
    if (!sent.has(entry.id, key))
      wrong(key, `${key} is unknown`, `a PUT with the unknown field ${key}`);
    else if (!sent.has(entry.id, key, value)) {
      wrong(key, `${key} is read-only`, `a PUT with ${key} other than GET had sent it`);
    } else extras[key] = value;
  }
  if (errors.length > 0) return refuse(errors, violations);
  records.write(entry.id, (contents) => {
    contents.profile = put.alter(fields as ProfileFields);
    contents.extraFields = { ...contents.extraFields, ...extras };
  });
  return { reply: noContent(), violations };
}
