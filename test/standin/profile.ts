/**
 * Answers GET and PUT of a profile.
 * Cloudflare API reference, "Organization profile": GET returns the five fields; PUT replaces all of them
 * and answers 204 without a body. Texts are opaque: stored and returned verbatim.
 */
import { failure, noContent, success, type ErrorItem, type Reply } from './envelope';
import { profileKeys, type OrganizationState, type ProfileFields } from './types';

/** The answer to a PUT, and the protocol violations of the client. */
interface PutOutcome {
  reply: Reply;
  violations: string[];
}

/** Remembers which extra fields (those that the app does not know) clients received from GET, with their values. */
export class SentExtras {
  readonly #sent = new Map<string, Map<string, Set<string>>>();

  remember(organization: OrganizationState): void {
    const keys = this.#sent.get(organization.id) ?? new Map<string, Set<string>>();
    this.#sent.set(organization.id, keys);
    for (const [key, value] of Object.entries(organization.extraFields)) {
      const values = keys.get(key) ?? new Set<string>();
      keys.set(key, values.add(JSON.stringify(value)));
    }
  }

  /** The extra fields of an organization that a PUT must contain: clients have received them. */
  expected(organization: OrganizationState): string[] {
    const keys = this.#sent.get(organization.id);
    return Object.keys(organization.extraFields).filter((key) => keys?.has(key));
  }

  has(id: string, key: string, value?: unknown): boolean {
    const values = this.#sent.get(id)?.get(key);
    return values !== undefined && (value === undefined || values.has(JSON.stringify(value)));
  }
}

/** The profile as it appears in an answer: with extra fields, and with withheld fields missing or `null`. */
export function profileAnswer(organization: OrganizationState, sent: SentExtras) {
  sent.remember(organization);
  const { profile, extraFields, withheld } = organization;
  const shown: Record<string, unknown> = { ...profile, ...extraFields };
  for (const key of profileKeys) {
    if (withheld[key] === 'null') shown[key] = null;
    if (withheld[key] === 'missing') delete shown[key];
  }
  return shown;
}

/** 200 with the profile, or 404 if there is none. The 404 is unverified; the reference only says "if it exists". */
export function getProfile(organization: OrganizationState, sent: SentExtras): Reply {
  if (organization.profile === null) {
    return failure(404, [{ code: 1003, message: 'Organization profile not found' }]);
  }
  return success(profileAnswer(organization, sent));
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

/**
 * Validates and applies a PUT. Refused bodies change nothing. The real server's handling of missing fields is
 * unverified; refusing them is the strict interpretation.
 * @param alter changes the fields before they are stored, for the fault `stores-differently`
 */
export function putProfile(
  organization: OrganizationState,
  contentType: string | undefined,
  raw: Uint8Array,
  sent: SentExtras,
  alter: (fields: ProfileFields) => ProfileFields,
): PutOutcome {
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    const message = 'Content-Type must be application/json';
    return refuse([{ code: 1005, message }], ['a PUT without content-type application/json']);
  }
  const body = parseBody(raw);
  if (typeof body === 'string') {
    return refuse([{ code: 1006, message: 'Could not parse the request body' }], [body]);
  }
  const errors: ErrorItem[] = [];
  const violations: string[] = [];
  const wrong = (key: string, message: string, violation: string) => {
    errors.push({ code: 1004, message, source: { pointer: `/${key}` } });
    violations.push(violation);
  };
  const fields: Partial<ProfileFields> = {};
  for (const key of profileKeys) {
    const value = Object.hasOwn(body, key) ? body[key] : undefined;
    if (value === undefined) wrong(key, `${key} is required`, `a PUT without ${key}`);
    else if (typeof value !== 'string')
      wrong(key, `${key} must be a string`, `a PUT with ${key} not a text`);
    else fields[key] = value;
  }
  for (const key of sent.expected(organization)) {
    if (!Object.hasOwn(body, key))
      wrong(key, `${key} is required`, `a PUT without ${key}, which GET had sent`);
  }
  const extras: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if ((profileKeys as readonly string[]).includes(key)) continue;
    if (!sent.has(organization.id, key))
      wrong(key, `${key} is unknown`, `a PUT with the unknown field ${key}`);
    else if (!sent.has(organization.id, key, value)) {
      wrong(key, `${key} is read-only`, `a PUT with ${key} other than GET had sent it`);
    } else extras[key] = value;
  }
  if (errors.length > 0) return refuse(errors, violations);
  organization.profile = alter(fields as ProfileFields);
  organization.extraFields = { ...organization.extraFields, ...extras };
  return { reply: noContent(), violations };
}
