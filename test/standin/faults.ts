/** The active faults, and the answers of faults that occur before a request takes effect. */
import {
  failure,
  invalidHeaders,
  jsonReply,
  success,
  tooManyRequests,
  type Reply,
} from './envelope';
import { putOnly, type FaultMode } from './fault-modes';
import {
  captivePortalPage,
  cloudflareErrorPage,
  nginxErrorPage,
  upstreamErrorText,
  upstreamTimeoutText,
} from './fault-pages';
import { counter } from './matching';
import type { FaultRule, Faults, ProfileFields, RecordedRequest } from './types';

interface Rule {
  mode: FaultMode;
  applies: (request: RecordedRequest) => boolean;
}

/** The active faults. If several match a request, the first one applies. */
export class FaultSwitches implements Faults {
  readonly #rules = new Set<Rule>();

  add({ match = {}, mode, times }: FaultRule): () => void {
    const count = counter(putOnly.has(mode) ? { ...match, method: 'PUT' } : match);
    const first = match.nth ?? 1;
    const last = first - 1 + (times ?? (match.nth === undefined ? Infinity : 1));
    const applies = (request: RecordedRequest) => {
      const seen = count(request);
      return seen >= first && seen <= last;
    };
    const rule = { mode, applies };
    this.#rules.add(rule);
    return () => {
      this.#rules.delete(rule);
    };
  }

  clear(): void {
    this.#rules.clear();
  }

  /** The fault that a request meets: the first match. Every rule counts the request. */
  faultFor(request: RecordedRequest): FaultMode | null {
    const matching = [...this.#rules].filter((rule) => rule.applies(request));
    return matching[0]?.mode ?? null;
  }
}

const docs = 'https://developers.cloudflare.com';
const page = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body,
});
const text = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});

/** Messages that can come with any success. */
export const sampleMessages = [
  {
    code: 1100,
    message: 'This endpoint is in public beta and may change.',
    documentation_url: `${docs}/fundamentals/organizations/`,
  },
];

/** A refusal because of a field, with further errors. One links to an address that only looks like Cloudflare's. */
const validationError = (): Reply =>
  failure(
    400,
    [
      {
        code: 1004,
        message: 'business_email must be a valid email address.',
        documentation_url: `${docs}/api/resources/organizations/subresources/organization_profile/`,
        source: { pointer: '/business_email' },
      },
      {
        code: 1007,
        message: 'No change was made.',
        documentation_url: 'https://developers.cloudflare.com.docs.example/organizations/',
      },
      { code: 1008, message: 'Two checks were skipped.' },
    ],
    sampleMessages,
  );

const oddEntries = [
  null,
  'only a text',
  42,
  [],
  {},
  { code: 'E_ODD', message: null },
  {
    code: 1009,
    message: 'Odd but readable.',
    documentation_url: 17,
    source: 'nowhere',
    error_chain: {},
  },
];

/**
 * The answer of a fault; `null` for faults that modify the real answer.
 * @param ray the ray ID of the answer
 */
export function faultReply(mode: FaultMode, ray: string, redirectTarget: string): Reply | null {
  switch (mode) {
    case '502-branded-html':
    case 'put-applied-502':
      return page(502, cloudflareErrorPage(502, 'Bad gateway', ray));
    case '502-nginx-html':
      return page(502, nginxErrorPage);
    case '503-text':
      return text(503, upstreamErrorText);
    case '504-text':
      return text(504, upstreamTimeoutText);
    case '500-empty':
      return { status: 500, headers: {}, body: '' };
    case '520-html':
      return page(520, cloudflareErrorPage(520, 'Web server is returning an unknown error', ray));
    case '525-html':
      return page(525, cloudflareErrorPage(525, 'SSL handshake failed', ray));
    case '200-html':
      return page(200, cloudflareErrorPage(200, 'Just a moment', ray));
    case '200-portal-html':
      return { ...page(200, captivePortalPage), fromIntermediary: true };
    case '200-success-false':
      // No source confirms a code for this; any from 1000 up would do.
      return { ...failure(200, [{ code: 1010, message: 'The request could not be completed.' }]) };
    case '200-result-null':
      return success(null);
    case 'stalled-headers':
      return { status: 0, headers: {}, body: '', delivery: 'silence' };
    case 'reset':
      return { status: 0, headers: {}, body: '', delivery: 'reset' };
    case 'redirect-307':
      return { status: 307, headers: { location: redirectTarget }, body: '' };
    case '429-retry-300':
      return tooManyRequests(300);
    case '429-retry-1':
      return tooManyRequests(1);
    case '429-retry-0':
      return tooManyRequests(0);
    case '429-no-retry':
      return tooManyRequests(null);
    case '403-9103':
      return failure(403, [{ code: 9103, message: 'Unknown X-Auth-Key or X-Auth-Email' }]);
    case '403-10000':
      return failure(403, [{ code: 10000, message: 'Authentication error' }]);
    case '403-9109':
      return failure(403, [{ code: 9109, message: 'Unauthorized to access requested resource' }]);
    case '400-6003':
      return invalidHeaders([
        { code: 6102, message: 'Invalid format for X-Auth-Email header' },
        { code: 6103, message: 'Invalid format for X-Auth-Key header' },
      ]);
    case '400-9106':
      return failure(400, [
        { code: 9106, message: 'Missing X-Auth-Key, X-Auth-Email or Authorization headers' },
      ]);
    case 'validation-error':
      return validationError();
    case 'odd-errors-object':
      return jsonReply(400, {
        success: false,
        errors: { business_email: ['is odd'] },
        messages: 'none',
      });
    case 'odd-errors-entries':
      return jsonReply(400, {
        success: false,
        errors: oddEntries,
        messages: [null, 7],
        result: [],
      });
    default:
      return null;
  }
}

/** Applies the fault `stores-differently`: changes the phone number. */
export function storedDifferently(fields: ProfileFields): ProfileFields {
  const phone = fields.business_phone;
  const tidied = [phone.trim().toUpperCase(), phone.replaceAll(/[\s()-]/g, '')];
  const changed = tidied.find((candidate) => candidate !== phone) ?? `${phone} ext. 0`;
  return { ...fields, business_phone: changed };
}
